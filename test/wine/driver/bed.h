/* What the parts of the test driver share: scripts, devices, the log. ../README.md explains the language. */
#ifndef BED_H
#define BED_H

#include <windows.h>
#include <mmsystem.h>
#include <mmddk.h>

/* Of winmm.dll; mingw's headers do not declare it. */
BOOL WINAPI DriverCallback(DWORD_PTR callback, DWORD flags, HDRVR device, DWORD message, DWORD_PTR instance,
                           DWORD_PTR p1, DWORD_PTR p2);

#define MAX_DEVICES 32
#define MAX_FAULTS 16
#define MAX_NESTING 8
#define MAX_PATTERN 64
#define HISTORY 256
#define FOREVER 0x7fffffffffffffffLL

enum call {
    CALL_OPEN, CALL_CLOSE, CALL_PREPARE, CALL_UNPREPARE, CALL_ADD, CALL_START,
    CALL_STOP, CALL_RESET, CALL_DATA, CALL_LONGDATA, CALL_CAPS, CALL_COUNT
};

/* A call that fails or hangs, by script. */
struct fault {
    enum call call;
    int hangs;
    DWORD result;
    LONGLONG hang_us;
    LONG after, times, seen;
};

/* What inputs and outputs have in common. */
struct device {
    WCHAR name[MAXPNAMELEN];
    WCHAR *path;         /* of the device's interface; NULL: the driver does not tell it */
    WORD manufacturer, product;
    DWORD version;
    struct fault faults[MAX_FAULTS];
    int fault_count;
    LONGLONG gone_until; /* QPC; 0 while the device is there */
    CRITICAL_SECTION lock;
    int is_open;
    int strands;         /* a removed device keeps its handle and its buffers, as Windows MIDI Services does */
    DWORD openings;      /* tells a handle that an unplugged device left behind from a new one */
    MIDIOPENDESC desc;
    DWORD open_flags;
};

enum step_kind {
    STEP_WAIT, STEP_AT, STEP_WAIT_FILE, STEP_WAIT_OUTPUT, STEP_TOUCH, STEP_SHORT, STEP_MORE,
    STEP_ERROR, STEP_FLOOD, STEP_NOTES, STEP_LONG, STEP_LONG_ERROR, STEP_SYSEX, STEP_RANDOM,
    STEP_CLOCK, STEP_STREAM, STEP_VANISH, STEP_RENAME, STEP_REPEAT, STEP_END
};

enum clock_mode { CLOCK_NORMAL, CLOCK_ZERO, CLOCK_STILL, CLOCK_SHIFT };

struct step {
    enum step_kind kind;
    LONGLONG us;              /* wait, at, notes (interval), clock shift, vanish */
    DWORD count;              /* notes, flood, random, repeat (0: for ever) */
    DWORD size, seed, min, max, notes;
    DWORD piece;              /* most bytes in one buffer; 0: as many as it holds */
    DWORD error_piece;        /* this piece (from 1) comes as MIM_LONGERROR and ends the message */
    DWORD over;               /* added to dwBytesRecorded of the last piece, beyond the truth */
    DWORD output;             /* wait-output */
    int realtime;             /* sent between the pieces; -1: none */
    int no_end, twice, clock;
    BYTE *bytes;              /* explicit bytes, or those that follow F0 */
    DWORD length;
    char *path;
    struct device *device;    /* rename: whose name it is */
    WCHAR *name;              /* rename; vanish: under which it comes back, NULL under its own */
    int partner;              /* repeat: its end; end: its repeat */
};

struct loop_job {
    struct loop_job *next;
    DWORD length;
    BYTE bytes[1];
};

struct input {
    struct device device;
    struct step *steps;
    int step_count;
    int replay_continues, reset_holds_lock;
    LONGLONG starve_first_us, starve_middle_us;
    int starves_as_windows;   /* no wait for a buffer after a drop, and the status byte behind one is lost */
    int stops_as_windows;     /* a half-filled buffer comes as MIM_LONGERROR, and the zero of the stamps is the start of the system */
    DWORD pace;               /* bytes of sysex per second; 0: as fast as possible */
    LONGLONG line_free;       /* QPC: when the paced line has sent what it was given */
    DWORD late_count;
    LONGLONG late_delay_us;
    DWORD late_message;

    MIDIHDR *first, *last;    /* buffers of the client, under the lock */
    MIDIHDR *filling;         /* the one that a sysex is going into */
    HANDLE buffer_added, loop_ready;
    HANDLE stopping;          /* set from MIDM_STOP to the next MIDM_START */
    volatile LONG wants_buffer; /* the thread waits for buffer_added, a millisecond at a time */
    HANDLE thread;
    volatile LONG playing;    /* cleared: the thread ends as soon as it can */
    int started, ever_added, finished;
    LONGLONG start_qpc;
    enum clock_mode clock_mode;
    DWORD clock_value;        /* still: the time; shift: what is added */
    int position;             /* in steps */
    DWORD rounds[MAX_NESTING];
    int depth;
    DWORD note_index;
    DWORD heard[MAX_DEVICES]; /* messages of each output that wait-output has passed */
    struct loop_job *loop_first, *loop_last;
    BYTE running, pending[3]; /* the byte-stream parser of the loopback */
    int pending_length, in_sysex;
    int discarding;           /* the rest of a sysex for which there was no buffer */
    int gave_up;              /* a sysex found no buffer: as on Windows, no further one waits until there is one */
    DWORD starved, dropped;
    LONGLONG flood_ticks, flood_messages;
};

struct held;

enum line_fault { LINE_SOUND, LINE_CUTS, LINE_LOSES_END, LINE_SEAMS, LINE_DOUBLES };
enum completion { COMPLETE_SYNC, COMPLETE_ASYNC, COMPLETE_NEVER, COMPLETE_ON_RESET };

struct output {
    struct device device;
    enum completion completion;
    DWORD pace;               /* bytes per second; 0: as fast as possible */
    int loopback;             /* index of the input; -1: none */
    enum line_fault line_fault;
    DWORD line_number, line_length; /* of the fault; bytes of the sysex so far */
    DWORD vanish_after;
    LONGLONG vanish_us;
    DWORD stall_after;        /* messages; 0: it never stalls */
    LONGLONG stall_us, stalled_until; /* QPC */
    int stall_loses;          /* what is sent while it stalls never goes out */
    int gave_up;              /* a call has waited for the end of the stall in vain */
    struct held *held_first, *held_last;
    DWORD late_count;
    LONGLONG late_delay_us;
    MIDIHDR *late_header;     /* the last one that was returned */

    MIDIHDR *first, *last;
    HANDLE work_ready, thread;
    volatile LONG working;
    HANDLE idle;              /* set while the worker holds no buffer */
    volatile LONG breaking;   /* reset: whoever sends stops pacing */
    volatile LONG sending;    /* calls of a synchronous output that have not returned */
    DWORD heard;              /* messages ever received */
    struct { DWORD length; BYTE bytes[MAX_PATTERN]; } history[HISTORY];
};

extern struct input inputs[MAX_DEVICES];
extern struct output outputs[MAX_DEVICES];
extern int input_count, output_count;

/* script.c */
extern LONGLONG loading_us;
void load_script(void);
const char *unix_path(const char *path, char *room, size_t size);

/* log.c */
void open_log(void);
void flush_log(void);
void finish_log(void);
void log_line(const char *format, ...);
void log_bytes(const char *head, const BYTE *bytes, DWORD length);
int log_is_open(void);
LONGLONG now_qpc(void);
LONGLONG us_to_qpc(LONGLONG us);
LONGLONG qpc_to_us(LONGLONG ticks);

/* device.c */
extern const char *const call_names[CALL_COUNT];    /* as scripts spell them */
extern const char *const message_names[CALL_COUNT]; /* as mmddk.h does, without MIDM_ or MODM_ */
extern const enum call input_calls[7], output_calls[6]; /* from MIDM_CLOSE on, from MODM_CLOSE on */
void call_client(struct device *device, UINT message, DWORD_PTR p1, DWORD_PTR p2);
int is_gone(struct device *device);
DWORD meet_faults(struct device *device, enum call call);
DWORD mark_header(enum call call, MIDIHDR *header);
struct device *nth_present(int is_input, UINT id);
UINT count_present(int is_input);
void rename_device(struct device *device, const WCHAR *name);
DWORD tell_path(struct device *device, UINT message, DWORD_PTR p1, DWORD_PTR p2);

/* driver.c */
DWORD WINAPI midMessage(UINT id, UINT message, DWORD_PTR user, DWORD_PTR p1, DWORD_PTR p2);

/* wine-gap.c */
void close_wine_gap(void);

/* removed.c */
void keep_removed(struct device *device, int is_input, int index, MIDIHDR *filling, MIDIHDR *queued);
int removed_message(int is_input, DWORD_PTR user, UINT message, MIDIHDR *header, DWORD *result);

/* input.c */
DWORD input_message(struct input *input, UINT message, DWORD_PTR p1, DWORD_PTR p2);
DWORD stamp(struct input *input);
int wait_until(struct input *input, LONGLONG target);
MIDIHDR *take_buffer(struct input *input, int in_middle);
void return_buffer(struct input *input, MIDIHDR *header, UINT message);
void loop_into(int index, const BYTE *bytes, DWORD length);

/* player.c, stream.c */
DWORD WINAPI play(void *context);
void send_short(struct input *input, UINT message, DWORD packed, int logged);
void send_sysex(struct input *input, const struct step *step, DWORD size, DWORD seed);
void send_long(struct input *input, const BYTE *bytes, DWORD length, UINT message);
void send_random(struct input *input, const struct step *step);
DWORD note_at(DWORD index);
void feed_stream(struct input *input, const BYTE *bytes, DWORD length);
int length_of(BYTE status);

/* windows-stream.c */
void feed_windows_stream(struct input *input, const BYTE *bytes, DWORD length);

/* stall.c */
DWORD meet_stall(struct output *output, const char *kind, const BYTE *bytes, DWORD length);

/* output.c */
void hear(struct output *output, const char *kind, const BYTE *bytes, DWORD length);
DWORD output_message(struct output *output, UINT message, DWORD_PTR p1, DWORD_PTR p2);

#endif
