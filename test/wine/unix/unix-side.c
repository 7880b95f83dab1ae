/*
 * What mmdevapi of Wine 8.10 and newer wants of a driver beside its DLL: a library of Unix that has no sound.
 *
 * Source: Wine, dlls/mmdevapi/unixlib.h; what it says of the numbers and structures of these calls.
 */
#include <stdint.h>
#include <string.h>

typedef uint32_t status;

/* Of Wine's ntdll.so. */
extern status NtSetEvent(void *event, void *before);

struct main_loop {
    void *event;
};

struct endpoint_ids {
    int flow;
    void *endpoints;
    uint32_t size;
    int32_t result;
    uint32_t count, default_index;
};

static status nothing(void *params)
{
    (void)params;
    return 0;
}

static status main_loop(void *params)
{
    return NtSetEvent(((struct main_loop *)params)->event, 0);
}

static status get_endpoint_ids(void *params)
{
    struct endpoint_ids *ids = params;
    ids->result = 0;
    ids->count = ids->default_index = 0;
    return 0;
}

#define FOUR nothing, nothing, nothing, nothing

__attribute__((visibility("default"))) status (*__wine_unix_call_funcs[])(void *) = {
    nothing, nothing, main_loop, get_endpoint_ids, FOUR, FOUR, FOUR, FOUR, FOUR, FOUR, FOUR, FOUR, FOUR,
};
