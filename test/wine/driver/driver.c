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

static DWORD give_in_caps(struct device *device, MIDIINCAPSW *to, DWORD size)
{
    MIDIINCAPSW caps = {0};
    EnterCriticalSection(&device->lock);
    caps.wMid = device->manufacturer;
    caps.wPid = device->product;
    caps.vDriverVersion = device->version;
    memcpy(caps.szPname, device->name, sizeof caps.szPname);
    LeaveCriticalSection(&device->lock);
    memcpy(to, &caps, size < sizeof caps ? size : sizeof caps);
    return MMSYSERR_NOERROR;
}

static DWORD give_out_caps(struct device *device, MIDIOUTCAPSW *to, DWORD size)
{
    MIDIOUTCAPSW caps = {0};
    EnterCriticalSection(&device->lock);
    caps.wMid = device->manufacturer;
    caps.wPid = device->product;
    caps.vDriverVersion = device->version;
    memcpy(caps.szPname, device->name, sizeof caps.szPname);
    LeaveCriticalSection(&device->lock);
    caps.wTechnology = MOD_MIDIPORT;
    caps.wChannelMask = 0xffff;
    memcpy(to, &caps, size < sizeof caps ? size : sizeof caps);
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

EXPORT DWORD WINAPI midMessage(UINT id, UINT message, DWORD_PTR user, DWORD_PTR p1, DWORD_PTR p2)
{
    struct device *device;
    DWORD result;
    wait_for_loading();
    switch (message) {
    case DRVM_INIT: case DRVM_EXIT: case DRVM_ENABLE: case DRVM_DISABLE:
        return MMSYSERR_NOERROR;
    case MIDM_GETNUMDEVS:
        return count_present(1);
    case MIDM_GETDEVCAPS:
        device = nth_present(1, id);
        if (!device) return MMSYSERR_BADDEVICEID;
        result = meet_faults(device, CALL_CAPS);
        return result ? result : give_in_caps(device, (MIDIINCAPSW *)p1, (DWORD)p2);
    case MIDM_OPEN:
        device = nth_present(1, id);
        if (!device) return MMSYSERR_NODRIVER;
        result = open_device(device, (int)((struct input *)device - inputs), user, p1, p2);
        log_line("\"event\":\"call\",\"call\":\"MIDM_OPEN\",\"input\":%d,\"result\":%lu",
                 (int)((struct input *)device - inputs), result);
        if (!result) call_client(device, MIM_OPEN, 0, 0);
        return result;
    case DRV_QUERYDEVICEINTERFACESIZE: case DRV_QUERYDEVICEINTERFACE:
        device = nth_present(1, id);
        return device ? tell_path(device, message, p1, p2) : MMSYSERR_BADDEVICEID;
    default:
        device = device_of_handle(1, user);
        if (!device && removed_message(1, user, message, (MIDIHDR *)p1, &result)) return result;
        if (!device) return MMSYSERR_NODRIVER;
        return input_message((struct input *)device, message, p1, p2);
    }
}

EXPORT DWORD WINAPI modMessage(UINT id, UINT message, DWORD_PTR user, DWORD_PTR p1, DWORD_PTR p2)
{
    struct device *device;
    DWORD result;
    wait_for_loading();
    switch (message) {
    case DRVM_INIT: case DRVM_EXIT: case DRVM_ENABLE: case DRVM_DISABLE:
        return MMSYSERR_NOERROR;
    case MODM_GETNUMDEVS:
        return count_present(0);
    case MODM_GETDEVCAPS:
        device = nth_present(0, id);
        if (!device) return MMSYSERR_BADDEVICEID;
        result = meet_faults(device, CALL_CAPS);
        return result ? result : give_out_caps(device, (MIDIOUTCAPSW *)p1, (DWORD)p2);
    case MODM_OPEN:
        device = nth_present(0, id);
        if (!device) return MMSYSERR_NODRIVER;
        result = open_device(device, (int)((struct output *)device - outputs), user, p1, p2);
        log_line("\"event\":\"call\",\"call\":\"MODM_OPEN\",\"output\":%d,\"result\":%lu",
                 (int)((struct output *)device - outputs), result);
        if (!result) call_client(device, MOM_OPEN, 0, 0);
        return result;
    case DRV_QUERYDEVICEINTERFACESIZE: case DRV_QUERYDEVICEINTERFACE:
        device = nth_present(0, id);
        return device ? tell_path(device, message, p1, p2) : MMSYSERR_BADDEVICEID;
    default:
        device = device_of_handle(0, user);
        if (!device && removed_message(0, user, message, (MIDIHDR *)p1, &result)) return result;
        if (!device) return MMSYSERR_NODRIVER;
        return output_message((struct output *)device, message, p1, p2);
    }
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
