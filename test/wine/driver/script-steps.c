/* Reads the steps of an input: one line of the script each. */
#include "script.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_repeats[MAX_NESTING], nesting;

static void read_sysex_word(struct step *step, char *word)
{
    char *value = strchr(word, '=');
    if (!strcmp(word, "twice")) { step->twice = 1; return; }
    if (!value) fail("unknown word", word);
    *value++ = 0;
    if (!strcmp(word, "size")) step->size = read_number(value);
    else if (!strcmp(word, "seed")) step->seed = read_number(value);
    else if (!strcmp(word, "piece")) step->piece = read_number(value);
    else if (!strcmp(word, "error")) step->error_piece = read_number(value);
    else if (!strcmp(word, "over")) step->over = read_number(value);
    else if (!strcmp(word, "realtime")) step->realtime = (int)strtoul(value, NULL, 16);
    else if (!strcmp(word, "end")) step->no_end = !strcmp(value, "none");
    else if (!strcmp(word, "head")) read_bytes(step, value);
    else if (!strcmp(word, "count")) step->count = read_number(value);
    else if (!strcmp(word, "min")) step->min = read_number(value);
    else if (!strcmp(word, "max")) step->max = read_number(value);
    else if (!strcmp(word, "notes")) step->notes = read_number(value);
    else fail("unknown word", word);
}

static void read_repeat(struct input *input, struct step *step, int is_end, char **rest)
{
    int here = input->step_count;
    if (is_end) {
        if (nesting == 0) fail("end without repeat", NULL);
        step->partner = open_repeats[--nesting];
        input->steps[step->partner].partner = here;
    } else {
        char *word = need_word(rest, "count");
        if (nesting == MAX_NESTING) fail("too deep", NULL);
        step->count = strcmp(word, "forever") ? read_number(word) : 0;
        open_repeats[nesting++] = here;
    }
}

static const char *const verbs[] = {
    "wait", "at", "wait-file", "wait-output", "touch", "short", "more", "error", "flood", "notes", "long",
    "long-error", "sysex", "random", "clock", "stream", "vanish", "rename", "repeat", "end"
};

/* `rename "NAME"`: this input; `rename input N "NAME"`, `rename output N "NAME"`: any, which may stand further below. */
static struct device *renamed_device(struct input *input, const char *words)
{
    char kind[8];
    unsigned index;
    if (sscanf(words, "%7[a-z] %u", kind, &index) != 2) return &input->device;
    if (index >= MAX_DEVICES) fail("no such device", words);
    return !strcmp(kind, "output") ? &outputs[index].device : &inputs[index].device;
}

void read_step(struct input *input, const char *verb, char **rest)
{
    static const char *const modes[] = { "normal", "zero", "still", "shift" };
    struct step step = {0};
    char *word;
    int i;
    for (i = 0; i <= STEP_END && strcmp(verb, verbs[i]); i++) ;
    if (i > STEP_END) fail("unknown line of an input", verb);
    step.kind = i;
    step.realtime = -1;
    step.seed = 1;
    switch (step.kind) {
    case STEP_WAIT: case STEP_AT: case STEP_VANISH:
        step.us = read_time(need_word(rest, verb));
        if (step.kind == STEP_VANISH && strchr(*rest, '"')) step.name = read_text(*rest);
        break;
    case STEP_RENAME:
        step.device = renamed_device(input, *rest);
        step.name = read_text(*rest);
        break;
    case STEP_WAIT_FILE: case STEP_TOUCH: {
        char place[MAX_PATH + 4];
        step.path = _strdup(unix_path(need_word(rest, verb), place, sizeof place));
        break;
    }
    case STEP_WAIT_OUTPUT:
        step.output = read_number(need_word(rest, verb));
        read_bytes(&step, *rest);
        break;
    case STEP_SHORT: case STEP_MORE: case STEP_ERROR: case STEP_LONG: case STEP_LONG_ERROR: case STEP_STREAM:
        read_bytes(&step, *rest);
        break;
    case STEP_FLOOD: case STEP_NOTES:
        step.count = read_number(need_word(rest, verb));
        if (step.kind == STEP_FLOOD) break;
        if (strcmp(need_word(rest, "every"), "every")) fail("every is missing", verb);
        step.us = read_time(need_word(rest, verb));
        break;
    case STEP_SYSEX: case STEP_RANDOM:
        while ((word = next_word(rest))) read_sysex_word(&step, word);
        break;
    case STEP_CLOCK:
        word = need_word(rest, verb);
        for (i = 0; i < 4 && strcmp(word, modes[i]); i++) ;
        if (i == 4) fail("no such clock", word);
        step.clock = i;
        if (i == CLOCK_SHIFT) step.us = read_time(need_word(rest, verb));
        break;
    case STEP_REPEAT: case STEP_END:
        read_repeat(input, &step, step.kind == STEP_END, rest);
        break;
    }
    input->steps = realloc(input->steps, (input->step_count + 1) * sizeof step);
    input->steps[input->step_count++] = step;
}
