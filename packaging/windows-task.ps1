# Records every MIDI input for ever, a file for each take, from the moment you log on.
#
#   powershell -ExecutionPolicy Bypass -File windows-task.ps1            # begin
#   powershell -ExecutionPolicy Bypass -File windows-task.ps1 -Remove    # no more
#
# The takes are in Music\takes. While midirec runs it has a window; closing that saves the take, too. A line "stop" that is
# added to takes\commands.txt ends it gently, as -Remove does.
param([switch]$Remove)
$ErrorActionPreference = 'Stop'
$name = 'midirec'

$music = [Environment]::GetFolderPath('MyMusic')
$commands = Join-Path $music 'takes\commands.txt'

if ($Remove) {
  if (Test-Path $commands) {
    Add-Content -Path $commands -Value 'stop' -Encoding Ascii
    Start-Sleep -Seconds 6
  }
  Stop-ScheduledTask -TaskName $name
  Unregister-ScheduledTask -TaskName $name -Confirm:$false
  return
}

$program = (Get-Command midirec.exe, midirec.cmd -ErrorAction SilentlyContinue | Select-Object -First 1).Source
if (-not $program) { throw 'midirec is not on the PATH' }
New-Item -ItemType Directory -Force -Path (Split-Path $commands) | Out-Null
if (-not (Test-Path $commands)) { New-Item -ItemType File -Path $commands | Out-Null }
# The machine may fall asleep while nobody plays: a recorder that always runs would keep it awake for ever.
$arguments = 'record --allow-sleep --commands takes\commands.txt --split-idle 20s -o takes\{year}-{month}\{date}-{time}.mid'

Register-ScheduledTask -TaskName $name -Force `
  -Description 'Records every MIDI input' `
  -Action (New-ScheduledTaskAction -Execute $program -Argument $arguments -WorkingDirectory $music) `
  -Trigger (New-ScheduledTaskTrigger -AtLogOn -User "$env:USERDOMAIN\$env:USERNAME") `
  -Settings (New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) `
    -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) `
    -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -MultipleInstances IgnoreNew) | Out-Null
Start-ScheduledTask -TaskName $name
