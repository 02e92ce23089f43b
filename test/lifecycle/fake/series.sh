# For scenarios: what happens one after the other, each when the machine has come to rest. A line of the file `series` is AFTER WHAT NAME: so many seconds
# pass, then WHAT happens to the domain NAME: flags with which it ends, or one of the words below. The run is over when all has happened.
# All names are its own: the supervisor that it is sourced into is in the midst of its work.
series() {
  s_done=0; [ ! -e "$W/series.done" ] || read -r s_done <"$W/series.done"
  s_line=0 s_after=0 s_what=end s_name=-
  while [ $s_line -le "$s_done" ] && read -r s_after s_what s_name; do s_line=$((s_line + 1)); done <"$W/../series"
  [ $s_line -gt "$s_done" ] || s_what=end
  guests_say_up
  if ! at_rest; then rm -f "$W/rests"; return 0; fi
  if [ ! -e "$W/rests" ]; then : >"$W/rests"; return 0; fi
  rm -f "$W/rests"; echo xenstored >"$W/proc/77/comm"
  [ "$s_what" != end ] || { : >"$W/finished"; kill -9 $$; }
  echo $((s_done + 1)) >"$W/series.done"
  read -r s_up _ <"$W/proc/uptime"; echo "$((${s_up%%.*} + s_after)).0 0.0" >"$W/proc/uptime"
  case $s_what in
    asked) echo yes >"$W/run/$s_name.asked" ;;
    xenstored) rm -f "$W/proc/77/comm" ;;
    reset) ask_reset "asked for" ;;
    unseen) ;;
    silent) ! running "$s_name" || : >"$W/store/$who.still" ;;
    marked) ! running "$s_name" || { echo reboot >"$W/store/$who"; set_dom "$who" "$s_name" ---sr- "$d_uuid"; } ;;
    *) die "$s_name" "$s_what" ;;
  esac
}
# Unless what comes next is that it does not.
guests_say_up() {
  for s_id in $(ids); do
    dom "$s_id"
    case $d_flags/$s_what/$s_name in r-----/silent/"$d_name") continue ;; r-----/*) ;; *) continue ;; esac
    [ -e "$W/store/$s_id" ] || [ -e "$W/store/$s_id.still" ] || echo up >"$W/store/$s_id"
  done
}
# Every domain runs, and nothing of it is still to be seen, or stays down.
at_rest() {
  [ -e "$W/run/prepared" ] && [ ! -e "$W/run/reset" ] || return 1
  for s_one in $names; do
    [ ! -e "$W/run/$s_one.asked" ] && read -r s_state s_id _ <"$W/run/$s_one.life" || return 1
    case $s_state in
      run) dom "$s_id"; [ "$d_flags" = r----- ] && [ ! -e "$W/store/$s_id.still" ] || return 1 ;;
      stop) ;;
      *) return 1 ;;
    esac
  done
}
