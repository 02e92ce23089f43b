# usage: run.sh SHELL FOLDER SUPERVISOR END KILL...: runs the scenario in FOLDER once for each KILL, `none` or `each`, and prints
# the machine at the end of each run as one line. FOLDER has config/, boot-domains and scenario; `log` is left there.
shell=$1 folder=$2 supervisor=$3 END=$4
shift 4
here=${0%/*}
summary() {
  for life in "$W"/run/*.life; do
    read -r state id time attempts reboots why <"$life"
    name=${life##*/}
    printf '%s %s %s/%s %s; ' "${name%.life}" "$state" "$(count "$attempts")" "$(count "$reboots")" "$why"
  done
  printf '|'
  for id in $(ls "$W/doms" | sort -n); do read -r name flags _ <"$W/doms/$id"; printf ' %s:%s' "$name" "$flags"; done
  printf ' | resets %s of %s' "$(cat "$W/kept/resets" 2>/dev/null || echo 0)" "$(cat "$W/rebooted" 2>/dev/null | wc -l)"
  [ ! -e "$W/faults" ] || { printf ' FAULTS '; tr '\n' ' ' <"$W/faults"; }
  echo
}
count() { if [ "$1" = - ]; then echo 0; else echo "$1" | tr , '\n' | wc -l; fi; }
one_run() {
  W=$folder/world KILL=$1
  export W KILL END
  rm -rf "$W"; mkdir -p "$W/kept"; cp "$folder/boot-domains" "$folder/scenario" "$W/"
  echo 0 >"$W/whole"; : >"$W/seen"
  ("$shell_" $applet -c '. "$0"; boot_machine' "$here/world.sh")
  export DOMFORGE_CONFIG="$folder/config" DOMFORGE_STATES="$W/run" DOMFORGE_KEPT="$W/kept" DOMFORGE_PROC="$W/proc"
  export DOMFORGE_SLEEP=advance DOMFORGE_REBOOT=reboot DOMFORGE_SYNC=sync
  starts=0
  while [ ! -e "$W/finished" ] && [ $starts -lt 400 ]; do
    # Not over before what it has started is.
    said=$("$shell_" $applet -c '. "$WORLD"; . "$SUPERVISOR"' "$folder/supervisor" 2>&1)
    echo "$said" >>"$W/log"
    starts=$((starts + 1))
  done
  summary
}
shell_=${shell%% *} applet=${shell#"$shell_"}
export WORLD="$here/world.sh" SUPERVISOR="$supervisor"
for kill; do one_run "$kill" 2>/dev/null; done
cp "$folder/world/log" "$folder/"
