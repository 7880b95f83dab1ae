/* What inputs and outputs share: the client's callback, faults by script, devices that vanish. */
#include "bed.h"

struct input inputs[MAX_DEVICES];
struct output outputs[MAX_DEVICES];
int input_count, output_count;

const char *const call_names[CALL_COUNT] = {
    "open", "close", "prepare", "unprepare", "add", "start", "stop", "reset", "data", "longdata", "caps"
};

const char *const message_names[CALL_COUNT] = {
    "OPEN", "CLOSE", "PREPARE", "UNPREPARE", "ADDBUFFER", "START", "STOP", "RESET", "DATA", "LONGDATA", "GETDEVCAPS"
};

void call_client(struct device *device, UINT message, DWORD_PTR p1, DWORD_PTR p2)
{
    DriverCallback(device->desc.dwCallback, HIWORD(device->open_flags), (HDRVR)device->desc.hMidi, message,
                   device->desc.dwInstance, p1, p2);
}

int is_gone(struct device *device)
{
    if (device->gone_until && now_qpc() >= device->gone_until) device->gone_until = 0;
    return device->gone_until != 0;
}

/* Hangs if the script says so, and returns the result that the script wants, or 0. */
DWORD meet_faults(struct device *device, enum call call)
{
    int i;
    for (i = 0; i < device->fault_count; i++) {
        struct fault *fault = &device->faults[i];
        LONG seen;
        if (fault->call != call) continue;
        seen = InterlockedIncrement(&fault->seen);
        if (seen <= fault->after || (fault->times && seen > fault->after + fault->times)) continue;
        if (fault->hangs) Sleep(fault->hang_us == FOREVER ? INFINITE : (DWORD)(fault->hang_us / 1000));
        else return fault->result;
    }
    return MMSYSERR_NOERROR;
}

static struct device *device_at(int is_input, int index)
{
    return is_input ? &inputs[index].device : &outputs[index].device;
}

/* Ids count the devices that are there: they shift when one vanishes, as on Windows. */
struct device *nth_present(int is_input, UINT id)
{
    int i, count = is_input ? input_count : output_count;
    for (i = 0; i < count; i++) {
        struct device *device = device_at(is_input, i);
        if (!is_gone(device) && id-- == 0) return device;
    }
    return NULL;
}

UINT count_present(int is_input)
{
    UINT present = 0;
    int i, count = is_input ? input_count : output_count;
    for (i = 0; i < count; i++) present += !is_gone(device_at(is_input, i));
    return present;
}
