/** Examples of every command: what `--help` shows first, and the manual too. */

export interface Example {
  /** A line for a shell. */
  command: string;
  /** What it does, in a few words. */
  what: string;
}

/** By the command's name, with those of the commands above it. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  midirec: [
    { command: 'midirec list', what: 'what can be recorded' },
    { command: 'midirec record -o take.mid', what: 'every input, until Ctrl-C' },
    { command: 'midirec record -d demo --duration 10s', what: 'no instrument at hand' },
    { command: 'midirec sysex-dump -o bank.syx', what: 'save what a synthesizer dumps' },
  ],
  'midirec list': [
    { command: 'midirec list', what: 'inputs and outputs' },
    { command: "midirec list --json | jq -r '.inputs[].name'", what: 'names, for a script' },
  ],
  'midirec record': [
    { command: 'midirec record', what: 'all, to take-DATE-TIME.mid' },
    { command: 'midirec record -d keystation -o take.mid', what: 'one, by a part of its name' },
    { command: 'midirec record -d 0 -d 2 --until-idle 30s', what: 'two, until nobody plays' },
    { command: 'midirec record --split-idle 20s', what: 'all day: a file for each take' },
    { command: 'midirec record --keep-last 30m', what: 'save afterwards, with Enter' },
    { command: 'midirec record -d keys --thru synth', what: 'keys play the synth' },
    { command: 'midirec record --metronome 0 --count-in 1 --bpm 96', what: 'to a click' },
    { command: "midirec record --json | jq '.bytes // empty'", what: 'for a script' },
  ],
  'midirec sysex-dump': [
    { command: 'midirec sysex-dump -o bank.syx', what: "then dump from the synth's panel" },
    { command: 'midirec sysex-dump --hex', what: 'look at what arrives' },
    { command: 'midirec sysex-dump --count 1 | xxd', what: 'one message, to a program' },
    {
      command: 'midirec sysex-dump -d "demo synth" --request "F0 7D 01 01 F7" -o bank.syx',
      what: 'ask for it',
    },
  ],
  'midirec sysex-send': [
    { command: 'midirec sysex-send bank.syx -d mt-32', what: 'put a dump back' },
    { command: 'midirec sysex-send bank.syx -d 1 --preset slow', what: 'to one that is old' },
    { command: 'midirec sysex-send bank.syx -d 1 --dry-run', what: 'only look at it' },
    { command: 'echo F0 7E 7F 06 01 F7 | midirec sysex-send - -d 1', what: 'typed by hand' },
  ],
  'midirec monitor': [
    { command: 'midirec monitor', what: 'every input, until Ctrl-C' },
    { command: 'midirec monitor -d keystation --only note,cc', what: 'what is played' },
    { command: 'midirec monitor --only all --channel 10', what: 'one channel, and clock' },
    { command: "midirec monitor --json | jq '.bytes // empty'", what: 'for a script' },
  ],
  'midirec play': [
    { command: 'midirec play take.mid -d "microsoft gs"', what: 'to the end' },
    { command: 'midirec play take.mid -d 1 --from 1:30 --speed 0.5', what: 'slowly, from there' },
    { command: 'midirec play take.mid -d 1 --loop --to 8s --mute 10', what: 'without the drums' },
  ],
  'midirec show': [
    { command: 'midirec show take.mid', what: 'a piano roll' },
    { command: 'midirec show bank.syx', what: 'a list of its messages' },
    { command: 'midirec show take.mid --svg take.svg', what: 'a picture for a browser' },
    { command: 'midirec show takes', what: 'the takes of a folder, a line each' },
    { command: 'midirec record -o - --duration 10s | midirec show -', what: 'without a file' },
  ],
  'midirec split': [
    { command: 'midirec split session.mid', what: 'a file for each piece' },
    { command: 'midirec split session.mid --silence 10s -o pieces', what: 'into a folder' },
    { command: 'midirec split song.mid --by channel', what: 'song-ch01.mid, song-ch10.mid …' },
  ],
  'midirec join': [
    { command: 'midirec join one.mid two.mid -o both.mid', what: 'one after the other' },
    { command: 'midirec join take-*.mid -o all.mid --pause 3s', what: 'with silence between' },
  ],
  'midirec trim': [
    { command: 'midirec trim take.mid --silence', what: 'to take-trimmed.mid' },
    { command: 'midirec trim take.mid --gaps 2s', what: 'no long pauses' },
    { command: 'midirec trim take.mid --from 1:30 --to 2:00 -o solo.mid', what: 'a part' },
  ],
  'midirec doctor': [
    { command: 'midirec doctor', what: 'play something while it listens' },
    { command: 'midirec doctor --listen 30s', what: 'time to go over to the synthesizer' },
    { command: 'midirec doctor --json > doctor.json', what: 'for a report of a fault' },
  ],
  'midirec generate': [
    { command: 'source <(midirec generate completions bash)', what: 'complete with Tab' },
  ],
  'midirec generate completions': [
    { command: 'source <(midirec generate completions bash)', what: 'in ~/.bashrc' },
    { command: 'source <(midirec generate completions zsh)', what: 'in ~/.zshrc' },
    { command: 'midirec generate completions fish | source', what: 'in config.fish' },
    {
      command: 'midirec generate completions powershell | Out-String | Invoke-Expression',
      what: '$PROFILE',
    },
  ],
};
