/** Examples of every command: `--help` shows them first, and the manual has them. */

/** A line for a shell, and what it does, in a few words. */
export type Example = readonly [line: string, what: string];

/** By the command's name, with those of the commands above it. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  midirec: [
    ['midirec list', 'what can be recorded'],
    ['midirec record -o take.mid', 'every input, until Ctrl-C'],
    ['midirec record -d demo --duration 10s', 'no instrument at hand'],
    ['midirec sysex-dump -o bank.syx', 'save what a synthesizer dumps'],
  ],
  'midirec list': [
    ['midirec list', 'inputs and outputs'],
    ["midirec list --json | jq -r '.inputs[].name'", 'names, for a script'],
  ],
  'midirec record': [
    ['midirec record', 'all, to take-DATE-TIME.mid'],
    ['midirec record -d keystation -o take.mid', 'one, by a part of its name'],
    ['midirec record -d 0 -d 2 --until-idle 30s', 'two, until nobody plays'],
    ['midirec record --split-idle 20s', 'all day: a file for each take'],
    ['midirec record --keep-last 30m', 'save afterwards, with Enter'],
    ['midirec record -d keys --thru synth', 'keys play the synth'],
    ['midirec record --metronome 0 --count-in 1 --bpm 96', 'to a click'],
    ['midirec record --play song.mid --play-to synth', 'along with a song'],
    ["midirec record --json | jq '.bytes // empty'", 'for a script'],
  ],
  'midirec sysex-dump': [
    ['midirec sysex-dump -o bank.syx', "then dump from the synth's panel"],
    ['midirec sysex-dump --hex', 'look at what arrives'],
    ['midirec sysex-dump --count 1 | xxd', 'one message, to a program'],
    ['midirec sysex-dump -d "demo synth" --request "F0 7D 01 01 F7" -o bank.syx', 'ask for it'],
  ],
  'midirec sysex-send': [
    ['midirec sysex-send bank.syx -d mt-32', 'put a dump back'],
    ['midirec sysex-send bank.syx -d 1 --preset slow', 'to one that is old'],
    ['midirec sysex-send bank.syx -d 1 --patch "brass 1"', 'one patch of it'],
    ['midirec sysex-send bank.syx -d 1 --dry-run', 'only look at it'],
    ['midirec sysex-send "F0 7E 7F 06 01 F7" -d 1', 'typed by hand'],
  ],
  'midirec backup': [
    ['midirec backup', 'of all that say who they are'],
    ['midirec backup -d um-one --instrument dx7 --verify', 'of an old one, asked twice'],
    ['midirec backup --instrument dx7@um-one --instrument k4@2', 'of two at two outputs'],
  ],
  'midirec restore': [
    ['midirec restore backup/2026-11-28 --dry-run', 'only look at it'],
    ['midirec restore backup/2026-11-28/dx7', 'one instrument of it'],
    ['midirec restore bank.syx -d um-one --device-number 2', 'a file, to the second device'],
  ],
  'midirec instruments': [
    ['midirec instruments', 'which there are'],
    ['midirec instruments dx7', 'what one can be asked for'],
    ['midirec instruments --check mine.json', 'before it goes into the own folder'],
  ],
  'midirec monitor': [
    ['midirec monitor', 'every input, until Ctrl-C'],
    ['midirec monitor -d keystation --only note,cc', 'what is played'],
    ['midirec monitor --only all --channel 10', 'one channel, and clock'],
    ["midirec monitor --json | jq '.bytes // empty'", 'for a script'],
  ],
  'midirec play': [
    ['midirec play take.mid -d "microsoft gs"', 'to the end'],
    ['midirec play take.mid -d 1 --from 1:30 --speed 0.5', 'slowly, from there'],
    ['midirec play take.mid -d 1 --loop --to 8s --mute 10', 'without the drums'],
  ],
  'midirec show': [
    ['midirec show take.mid', 'a piano roll'],
    ['midirec show bank.syx', 'a list of its messages'],
    ['midirec show take.mid --svg take.svg', 'a picture for a browser'],
    ['midirec show takes', 'the takes and dumps of a folder, a line each'],
    ['midirec record -o - --duration 10s | midirec show -', 'without a file'],
  ],
  'midirec diff': [
    ['midirec diff before.syx after.syx', 'which patches are others'],
    ['midirec diff backup/2026-11-01 backup/2026-11-28', 'all files of two folders'],
    ["midirec diff a.syx b.syx --json | jq '.groups[].differences'", 'for a script'],
  ],
  'midirec split': [
    ['midirec split session.mid', 'a file for each piece'],
    ['midirec split session.mid --silence 10s -o pieces', 'into a folder'],
    ['midirec split song.mid --by channel', 'song-ch01.mid, song-ch10.mid …'],
    ['midirec split bank.syx -o voices', 'bank-01-BRASS-1.syx …'],
  ],
  'midirec join': [
    ['midirec join one.mid two.mid -o both.mid', 'one after the other'],
    ['midirec join take-*.mid -o all.mid --pause 3s', 'with silence between'],
    ['midirec join song.mid take.mid --together -o both.mid', 'side by side'],
    ['midirec join voices/*.syx -o bank.syx', 'a bank of single voices'],
  ],
  'midirec trim': [
    ['midirec trim take.mid --silence', 'to take-trimmed.mid'],
    ['midirec trim take.mid --gaps 2s', 'no long pauses'],
    ['midirec trim take.mid --from 1:30 --to 2:00 -o solo.mid', 'a part'],
  ],
  'midirec convert': [
    ['midirec convert take.mid -o take.json', 'for a JavaScript program'],
    ["midirec convert take.mid --to json | jq -c '.tracks[][]'", 'an event a line'],
    ['midirec convert song.mid --format 0 -o one-track.mid', 'for an old sequencer'],
    ['midirec convert bank.syx -o bank.mid', 'to be played by a sequencer'],
    ['midirec convert bank.syx --to hex', 'to be read'],
    ['midirec convert take.mid --guess-tempo -o with-bars.mid', 'bars where they were played'],
  ],
  'midirec doctor': [
    ['midirec doctor', 'play something while it listens'],
    ['midirec doctor --listen 30s', 'time to go over to the synthesizer'],
    ['midirec doctor --json > doctor.json', 'for a report of a fault'],
    ['midirec doctor --cable um-one', 'a cable from its output to its input'],
  ],
  'midirec generate completions': [
    ['source <(midirec generate completions bash)', 'in ~/.bashrc'],
    ['source <(midirec generate completions zsh)', 'in ~/.zshrc'],
    ['midirec generate completions fish | source', 'in config.fish'],
    ['midirec generate completions powershell | Out-String | Invoke-Expression', '$PROFILE'],
  ],
};
