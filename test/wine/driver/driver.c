/* The entry points that winmm.dll and mmdevapi.dll look for in a driver, and the way from there to a device. */
#include "bed.h"
#include <string.h>

#define EXPORT __declspec(dllexport)

static int any_input_has_path(void)
{
    int i;
    for (i = 0; i < input_count; i++)
        if (inputs[i].device.path) return 1;
    return 0;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        open_log();
        load_script();
        if (any_input_has_path()) close_wine_gap();
        flush_log();
    } else if (reason == DLL_PROCESS_DETACH) {
        finish_log();
    }
    return TRUE;
}

/* mmdevapi asks for these before winmm gets the driver's name; there is no audio here. */
EXPORT int WINAPI GetPriority(void)
{
    return 3;
}

EXPORT HRESULT WINAPI GetEndpointIDs(int flow, WCHAR ***ids, GUID **guids, UINT *count, UINT *default_index)
{
    (void)flow;
    *ids = NULL;
    *guids = NULL;
    *count = 0;
    *default_index = 0;
    return S_OK;
}

/* Newer ones ask for these instead. */
EXPORT void WINAPI get_device_guid(int flow, const char *name, GUID *guid)
{
    (void)flow, (void)name;
    ZeroMemory(guid, sizeof *guid);
}

EXPORT BOOL WINAPI get_device_name_from_guid(GUID *guid, char **name, int *flow)
{
    (void)guid, (void)name, (void)flow;
    return FALSE;
}

EXPORT HRESULT WINAPI GetAudioEndpoint(void *guid, void *device, int flow, void **out)
{
    (void)guid, (void)device, (void)flow, (void)out;
    return E_NOTIMPL;
}

EXPORT HRESULT WINAPI GetAudioSessionManager(void *device, void **out)
{
    (void)device, (void)out;
    return E_NOTIMPL;
}

EXPORT LRESULT WINAPI DriverProc(DWORD_PTR id, HDRVR driver, UINT message, LPARAM p1, LPARAM p2)
{
    (void)id, (void)driver, (void)p1, (void)p2;
    switch (message) {
    case DRV_LOAD: case DRV_FREE: case DRV_OPEN: case DRV_CLOSE: case DRV_ENABLE: case DRV_DISABLE:
        return 1;
    default:
        return 0;
    }
}

static BOOL CALLBACK load(INIT_ONCE *once, void *parameter, void **context)
{
    (void)once, (void)parameter, (void)context;
    if (!loading_us) return TRUE;
    log_line("\"event\":\"loading\"");
    flush_log();
    Sleep((DWORD)(loading_us / 1000));
    log_line("\"event\":\"loaded\"");
    return TRUE;
}

/* The first message of a process waits until Windows MIDI Services has started, and all others wait with it. */
static void wait_for_loading(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    InitOnceExecuteOnce(&once, load, NULL, NULL);
}

/* A MIDIOUTCAPSW begins as a MIDIINCAPSW does, of which the last field is 0. */
static DWORD give_caps(int is_input, struct device *device, DWORD_PTR to, DWORD size)
{
    MIDIOUTCAPSW caps = {0};
    DWORD length = is_input ? sizeof(MIDIINCAPSW) : sizeof caps;
    EnterCriticalSection(&device->lock);
    caps.wMid = device->manufacturer;
    caps.wPid = device->product;
    caps.vDriverVersion = device->version;
    memcpy(caps.szPname, device->name, sizeof caps.szPname);
    LeaveCriticalSection(&device->lock);
    if (!is_input) {
        caps.wTechnology = MOD_MIDIPORT;
        caps.wChannelMask = 0xffff;
    }
    memcpy((void *)to, &caps, size < length ? size : length);
    return MMSYSERR_NOERROR;
}

/* Opens a device that is there. winmm keeps what is put in *user and hands it back as dwUser; it has room for a DWORD only. */
static DWORD open_device(struct device *device, int index, DWORD_PTR user, DWORD_PTR desc, DWORD_PTR flags)
{
    DWORD result = meet_faults(device, CALL_OPEN);
    if (result) return result;
    EnterCriticalSection(&device->lock);
    if (device->is_open) result = MMSYSERR_ALLOCATED;
    else {
        device->is_open = 1;
        device->desc = *(MIDIOPENDESC *)desc;
        device->open_flags = (DWORD)flags;
        *(DWORD *)user = ++device->openings << 8 | (index + 1);
    }
    LeaveCriticalSection(&device->lock);
    return result;
}

static struct device *device_of_handle(int is_input, DWORD_PTR user)
{
    DWORD index = ((DWORD)user & 0xff) - 1;
    struct device *device;
    if (index >= (DWORD)(is_input ? input_count : output_count)) return NULL;
    device = is_input ? &inputs[index].device : &outputs[index].device;
    return device->is_open && device->openings << 8 == ((DWORD)user & ~0xffu) ? device : NULL;
}

/* What either side answers to a message, by the numbers and names that it has for the same. */
static DWORD answer(int is_input, UINT id, UINT message, DWORD_PTR user, DWORD_PTR p1, DWORD_PTR p2)
{
    struct device *device;
    DWORD result;
    wait_for_loading();
    switch (message) {
    case DRVM_INIT: case DRVM_EXIT: case DRVM_ENABLE: case DRVM_DISABLE:
        return MMSYSERR_NOERROR;
    case DRV_QUERYDEVICEINTERFACESIZE: case DRV_QUERYDEVICEINTERFACE:
        device = nth_present(is_input, id);
        return device ? tell_path(device, message, p1, p2) : MMSYSERR_BADDEVICEID;
    }
    if (message == (is_input ? MIDM_GETNUMDEVS : MODM_GETNUMDEVS)) return count_present(is_input);
    if (message == (is_input ? MIDM_GETDEVCAPS : MODM_GETDEVCAPS)) {
        device = nth_present(is_input, id);
        if (!device) return MMSYSERR_BADDEVICEID;
        result = meet_faults(device, CALL_CAPS);
        return result ? result : give_caps(is_input, device, p1, (DWORD)p2);
    }
    if (message == (is_input ? MIDM_OPEN : MODM_OPEN)) {
        int index;
        device = nth_present(is_input, id);
        if (!device) return MMSYSERR_NODRIVER;
        index = (int)(is_input ? (struct input *)device - inputs : (struct output *)device - outputs);
        result = open_device(device, index, user, p1, p2);
        log_line("\"event\":\"call\",\"call\":\"%s\",\"%s\":%d,\"result\":%lu", is_input ? "MIDM_OPEN" : "MODM_OPEN",
                 is_input ? "input" : "output", index, result);
        if (!result) call_client(device, is_input ? MIM_OPEN : MOM_OPEN, 0, 0);
        return result;
    }
    device = device_of_handle(is_input, user);
    if (!device && removed_message(is_input, user, message, (MIDIHDR *)p1, &result)) return result;
    if (!device) return MMSYSERR_NODRIVER;
    return is_input ? input_message((struct input *)device, message, p1, p2)
                    : output_message((struct output *)device, message, p1, p2);
}

EXPORT DWORD WINAPI midMessage(UINT id, UINT message, DWORD_PTR user, DWORD_PTR p1, DWORD_PTR p2)
{
    return answer(1, id, message, user, p1, p2);
}

EXPORT DWORD WINAPI modMessage(UINT id, UINT message, DWORD_PTR user, DWORD_PTR p1, DWORD_PTR p2)
{
    return answer(0, id, message, user, p1, p2);
}

/* For the benchmark programs: how long the floods of an input have kept its thread, in QPC ticks. */
EXPORT LONGLONG WINAPI FloodTicks(UINT input, LONGLONG *messages)
{
    *messages = inputs[input].flood_messages;
    return inputs[input].flood_ticks;
}

EXPORT int WINAPI ScriptEnded(UINT input)
{
    return inputs[input].finished;
}
