/* Reads the script: which devices there are, how they behave, and what the inputs play. ../README.md explains it. */
#include "script.h"
#include <stdlib.h>
#include <string.h>

static struct input *input;
static struct output *output;
LONGLONG loading_us;

static const char *const standard_script =
    "input \"Test Input\"\noutput \"Test Output\"\ncomplete async\nloopback 0\n";

static void begin_device(struct device *device, char *line)
{
    WCHAR *name = read_text(line);
    memcpy(device->name, name, sizeof device->name);
    free(name);
    device->product = (WORD)(input_count + output_count);
    device->manufacturer = 0xffff;
    device->version = 0x0100;
    InitializeCriticalSection(&device->lock);
}

static void begin_input(char *line)
{
    input = &inputs[input_count++];
    output = NULL;
    begin_device(&input->device, line);
    input->starve_first_us = input->starve_middle_us = 10000000;
    input->buffer_added = CreateEventA(NULL, FALSE, FALSE, NULL);
    input->loop_ready = CreateEventA(NULL, FALSE, FALSE, NULL);
    input->stopping = CreateEventA(NULL, TRUE, FALSE, NULL);
    input->steps = calloc(1, sizeof *input->steps);
}

static void begin_output(char *line)
{
    output = &outputs[output_count++];
    input = NULL;
    begin_device(&output->device, line);
    output->loopback = -1;
    output->work_ready = CreateEventA(NULL, FALSE, FALSE, NULL);
    output->idle = CreateEventA(NULL, TRUE, TRUE, NULL);
}

static void add_fault(struct device *device, char **rest, int hangs)
{
    struct fault *fault = &device->faults[device->fault_count++];
    char *word = need_word(rest, "the call");
    for (fault->call = 0; fault->call < CALL_COUNT; fault->call++)
        if (!strcmp(word, call_names[fault->call])) break;
    if (fault->call == CALL_COUNT || device->fault_count == MAX_FAULTS) fail("no such call", word);
    fault->hangs = hangs;
    word = need_word(rest, "result or time");
    if (hangs) fault->hang_us = read_time(word);
    else fault->result = read_number(word);
    while ((word = next_word(rest))) {
        if (!strncmp(word, "after=", 6)) fault->after = read_number(word + 6);
        else if (!strncmp(word, "times=", 6)) fault->times = read_number(word + 6);
        else fail("unknown word", word);
    }
}

/* Reads the only word that may follow; without the line the driver behaves as others do. */
static int as_windows(const char *what, char **rest)
{
    char *word = need_word(rest, what);
    if (strcmp(word, "windows")) fail("windows is what it can be", word);
    return 1;
}

static int read_device_line(struct device *device, const char *verb, char **rest)
{
    if (!strcmp(verb, "fail")) add_fault(device, rest, 0);
    else if (!strcmp(verb, "hang")) add_fault(device, rest, 1);
    else if (!strcmp(verb, "id")) {
        device->manufacturer = (WORD)read_number(need_word(rest, "manufacturer"));
        device->product = (WORD)read_number(need_word(rest, "product"));
        device->version = read_number(need_word(rest, "version"));
    } else if (!strcmp(verb, "path")) device->path = read_text(*rest);
    else if (!strcmp(verb, "removal")) device->strands = as_windows(verb, rest);
    else if (!strcmp(verb, "gone")) device->gone_until = now_qpc() + us_to_qpc(read_time(need_word(rest, "time")));
    else return 0;
    return 1;
}

static void read_output_line(const char *verb, char **rest)
{
    static const char *const completions[] = { "sync", "async", "never", "on-reset" };
    static const char *const line_faults[] = { "", "cuts", "loses-end", "seams", "doubles" };
    char *word;
    if (read_device_line(&output->device, verb, rest)) return;
    word = need_word(rest, verb);
    if (!strcmp(verb, "complete")) {
        int i;
        for (i = 0; i < 4 && strcmp(word, completions[i]); i++) ;
        if (i == 4) fail("no such completion", word);
        output->completion = i;
    } else if (!strcmp(verb, "pace")) output->pace = read_number(word);
    else if (!strcmp(verb, "loopback")) {
        output->loopback = read_number(word);
        if ((word = next_word(rest))) {
            int i;
            for (i = 1; i < 5 && strcmp(word, line_faults[i]); i++) ;
            if (i == 5) fail("no such fault of a line", word);
            output->line_fault = i;
            if ((word = next_word(rest))) output->line_number = read_number(word);
        }
    }
    else if (!strcmp(verb, "vanish-after")) {
        output->vanish_after = read_number(word);
        output->vanish_us = read_time(need_word(rest, "time"));
    } else if (!strcmp(verb, "stall-after")) {
        output->stall_after = read_number(word);
        output->stall_us = read_time(need_word(rest, "time"));
        word = next_word(rest);
        if (word && strcmp(word, "lost")) fail("unknown word", word);
        output->stall_loses = word != NULL;
    } else if (!strcmp(verb, "late")) {
        output->late_count = read_number(word);
        output->late_delay_us = read_time(need_word(rest, verb));
    } else fail("unknown line of an output", verb);
}

static int read_input_option(const char *verb, char **rest)
{
    if (read_device_line(&input->device, verb, rest)) return 1;
    if (!strcmp(verb, "replay")) input->replay_continues = !strcmp(need_word(rest, verb), "continue");
    else if (!strcmp(verb, "reset-holds-lock")) input->reset_holds_lock = 1;
    else if (!strcmp(verb, "stop")) input->stops_as_windows = as_windows(verb, rest);
    else if (!strcmp(verb, "pace")) input->pace = read_number(need_word(rest, verb));
    else if (!strcmp(verb, "late")) {
        struct step message = {0};
        input->late_count = read_number(need_word(rest, verb));
        input->late_delay_us = read_time(need_word(rest, verb));
        read_bytes(&message, *rest);
        memcpy(&input->late_message, message.bytes, message.length < 4 ? message.length : 3);
    } else if (!strcmp(verb, "starve")) {
        char *word = need_word(rest, verb);
        if (!strcmp(word, "drop")) input->starve_first_us = input->starve_middle_us = 0;
        else if (!strcmp(word, "windows")) {
            input->starves_as_windows = 1;
            input->starve_first_us = 1000;
            input->starve_middle_us = 10000;
        } else if (!strcmp(word, "wait"))
            input->starve_first_us = input->starve_middle_us = read_time(need_word(rest, verb));
        else fail("wait, drop or windows", word);
    } else return 0;
    return 1;
}

static void read_line(char *line)
{
    char *rest = NULL, *copy = _strdup(line), *verb = strtok_s(copy, " \t\r", &rest);
    if (!verb || *verb == '#') ;
    else if (!strcmp(verb, "input")) begin_input(line);
    else if (!strcmp(verb, "output")) begin_output(line);
    else if (!strcmp(verb, "loading")) loading_us = read_time(need_word(&rest, verb));
    else if (output) read_output_line(verb, &rest);
    else if (!input) fail("no input or output yet", verb);
    else if (!read_input_option(verb, &rest)) read_step(input, verb, &rest);
    free(copy);
}

static char *read_script(void)
{
    char place[MAX_PATH + 4], *text;
    const char *path = getenv("MIDIREC_TEST_SCRIPT");
    HANDLE file;
    DWORD size, got = 0;
    if (!path || !*path) return _strdup(standard_script);
    file = CreateFileA(unix_path(path, place, sizeof place), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) fail("cannot be read", path);
    size = GetFileSize(file, NULL);
    text = calloc(1, size + 1);
    ReadFile(file, text, size, &got, NULL);
    CloseHandle(file);
    return text;
}

void load_script(void)
{
    char *text = read_script(), *rest = NULL, *line;
    for (line = text; line && *line; line = rest) {
        rest = strchr(line, '\n');
        if (rest) *rest++ = 0;
        script_line++;
        read_line(line);
    }
    free(text);
}
