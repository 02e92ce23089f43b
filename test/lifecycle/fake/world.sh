# A machine of files, for the supervisor to look after: sourced before it, in the same shell. Functions stand for programs, so
# that a run takes milliseconds. $W is the machine: doms/ID holds NAME FLAGS UUID, store/ID what the guest says in xenstore.
# Before and after the effect of each program the supervisor is killed where $KILL is `each`, at every such point that is new:
# another program, file, state or domain.
# A subshell outlives the supervisor and goes on, as a program would that it has started.
orphan=''
point() {
  if [ "$KILL" = each ] && [ -z "$orphan" ] && is_new "$*"; then orphan=yes; kill -9 $$; fi
}
# In memory, since a shell reads files byte by byte.
seen_points=$(cat "$W/seen")
is_new() {
  case "
$seen_points
" in *"
$1
"*) return 1 ;; esac
  echo "$1" >>"$W/seen"
}
# Without ids, which change from life to life.
label_of() {
  label=$1
  case $1/${2-} in
    xl/create) label="create $5" ;;
    xl/list) label="list ${4:+one}" ;;
    xl/*) label=$2; [ ! -e "$W/doms/$3" ] || { dom "$3"; label="$2 $d_name"; } ;;
    */hook/*) label="hook $2 $3" ;;
  esac
}
timeout() {
  shift 3
  label_of "$@"
  point before $label; done_=$label; run_program "$@"; status=$?; point after $done_
  return $status
}
pidof() { [ ! -e "$W/proc/77/comm" ] || echo 77; }
mv() {
  read -r written _ <"$1"
  case $written in *[!a-z]*) written=number ;; esac
  label="$2 $written"
  point before $label; command mv "$@"; status=$?; point after $label
  return $status
}
run_program() {
  case $1 in
    xl) shift; fake_xl "$@" ;;
    xenstore-read) fake_store "$2" ;;
    */hook) echo "$2 $3 $4" >>"$W/hooks"; [ ! -e "$W/hangs" ] || [ "$2" != stop ] || advance 35 ;;
    reboot) fake_reboot ;;
    */silence) [ $# = 3 ] || echo "not two arguments: $*" >>"$W/faults"; fake_silence "$2" "$3" ;;
    */quiesce-write) [ "$#:$4" = 4:0xa000000=0x0,0xa000010=0x1 ] || echo "other registers: $*" >>"$W/faults"; fake_silence "$2" "$3" ;;
    */ramdisk) [ "$#:$3:$4" = 4:ramdisk:/boot/guests/ramdisk ] && : >"$W/joined" || echo "another ramdisk: $*" >>"$W/faults" ;;
    sync | true) ;;
    */prepare) echo prepare >>"$W/prepares" ;;
    *) echo "unknown program: $*" >>"$W/faults" ;;
  esac
}

ids() { read -r last <"$W/next"; i=1; while [ $i -lt "$last" ]; do [ ! -e "$W/doms/$i" ] || echo $i; i=$((i + 1)); done; }
dom() { read -r d_name d_flags d_uuid <"$W/doms/$1"; }
set_dom() { echo "$2 $3 $4" >"$W/doms/$1"; }
line_of() {
  dom "$1"
  shown=$d_name
  [ ! -e "$W/names/$1" ] || shown=$(cat "$W/names/$1")
  code=-
  case $d_flags in ???sc*) code=3 ;; ???s*) code=1 ;; esac
  echo "$shown $1 96 1 $d_flags 0.5 $d_uuid $code -"
}
fake_xl() {
  [ ! -e "$W/deaf" ] || return 124
  verb_=$1; shift
  case $verb_ in
    list)
      if [ $# -gt 1 ] && [ ! -e "$W/doms/$2" ]; then echo "Error: Domain '$2' does not exist." >&2; return 1; fi
      [ ! -e "$W/full" ] || return 0
      printf 'Name ID Mem VCPUs\tState\tTime(s)   UUID   Reason-Code\tSecurity Label\n'
      if [ $# -gt 1 ]; then line_of "$2"; else echo "Domain-0 0 512 1 r----- 9.9 0-0 - -"; for x in $(ids); do line_of "$x"; done; fi ;;
    pause) dom "$1"; set_dom "$1" "$d_name" --p--- "$d_uuid" ;;
    unpause) dom "$1"; set_dom "$1" "$d_name" r----- "$d_uuid"; ! has_devices "$d_name" || : >"$W/noisy" ;;
    rename) dom "$1"; set_dom "$1" "$2" "$d_flags" "$d_uuid"; rm -f "$W/names/$1" ;;
    domid) for x in $(ids); do dom "$x"; [ "$d_name" != "$1" ] || { echo "$x"; return 0; }; done; return 1 ;;
    shutdown)
      dom "$1"; echo "ask $d_name" >>"$W/told"
      [ ! -e "$W/silent.$d_name" ] || return 124
      [ -e "$W/busy.$d_name" ] || set_dom "$1" "$d_name" ---s-- "$d_uuid" ;;
    destroy)
      dom "$1"; echo "destroy $d_name" >>"$W/told"
      case $d_flags in ?????d) return 0 ;; esac
      if [ -e "$W/held" ]; then rm -f "$W/held"; set_dom "$1" '(null)' --psrd "$d_uuid"
      elif [ -e "$W/pages" ] && holder_=$(holder_of "$d_name"); then set_dom "$1" '(null)' --psrd "$d_uuid"; echo "$1" >>"$W/held.$holder_"
      else rm -f "$W/doms/$1"; [ ! -e "$W/held.$d_name" ] || { for x in $(cat "$W/held.$d_name"); do rm -f "$W/doms/$x"; done; rm "$W/held.$d_name"; }; fi ;;
    create)
      name_=$(sed -n 's/^name = "\(.*\)"$/\1/p' "$3") uuid_=$(sed -n 's/^uuid = "\(.*\)"$/\1/p' "$3")
      if has_devices "$name_" && [ -e "$W/noisy" ]; then echo "$name_ is created and its device not silent" >>"$W/faults"; fi
      if has_ramdisk "$name_" && ! command rm "$W/joined" 2>/dev/null; then echo "$name_ is created without its metadata" >>"$W/faults"; fi
      [ ! -e "$W/slow" ] || advance 30
      read -r new <"$W/next"; echo $((new + 1)) >"$W/next"
      if [ -e "$W/failures" ]; then
        read -r left_ <"$W/failures"
        if [ "$left_" -gt 0 ]; then echo $((left_ - 1)) >"$W/failures"; echo "no memory" >&2; return 3; fi
      fi
      for x in $(ids); do dom "$x"; if [ "$d_name" = "$name_" ]; then echo "Domain $name_ already exists" >&2; return 3; fi; done
      set_dom "$new" "$name_" --p--- "$uuid_"; echo "$name_" >>"$W/created" ;;
    debug-keys) echo "$1" >>"$W/keys"; rm -f "$W/no-reboot"; fake_reboot ;;
    *) echo "unknown verb: $verb_" >>"$W/faults" ;;
  esac
}
# What domain $1 needs and is still there, dead or not: with the file `pages`, it keeps pages of $1 until it is destroyed.
holder_of() {
  for needed_ in $(grep "^domain $1 " "$DOMFORGE_CONFIG/lifecycle.tab" | cut -d ' ' -f 11 | tr , ' '); do
    for x in $(ids); do dom "$x"; [ "$d_name" != "$needed_" ] || { echo "$needed_"; return 0; }; done
  done
  return 1
}
# A device goes on when its domain is gone, until this program has been there.
fake_silence() {
  for x in $(ids); do dom "$x"; [ "$d_name" != "$1" ] || echo "$1 still has $2" >>"$W/faults"; done
  if [ -e "$W/stubborn" ]; then return 1; fi
  rm -f "$W/noisy"
}
has_devices() { grep "^before $1 " "$DOMFORGE_CONFIG/lifecycle.tab" | grep -qv ' ramdisk '; }
has_ramdisk() { grep -q "^before $1 ramdisk " "$DOMFORGE_CONFIG/lifecycle.tab"; }
fake_store() {
  [ ! -e "$W/mute" ] || return 124
  case $1 in
    /) ;;
    *) id_=${1#/local/domain/}; id_=${id_%%/*}; [ -e "$W/store/$id_" ] && cat "$W/store/$id_" ;;
  esac
}
# The machine starts anew: what is in /run is gone, and so is everything that ran.
fake_reboot() {
  [ ! -e "$W/no-reboot" ] || return 0
  echo reset >>"$W/rebooted"
  boot_machine
  kill -9 $$
}
boot_machine() {
  rm -rf "$W/run" "$W/doms" "$W/store" "$W/names" "$W/mute" "$W/proc/77"
  mkdir -p "$W/run" "$W/doms" "$W/store" "$W/names" "$W/proc/77" "$W/proc/xen"
  echo xenstored >"$W/proc/77/comm"; echo /usr/sbin/xenstored >"$W/proc/77/cmdline"; echo 0.0 0.0 >"$W/proc/uptime"; echo 9 >"$W/next"
  while read -r b_id b_name; do set_dom "$b_id" "$b_name" r----- 0-0; done <"$W/boot-domains"
}
# Time passes: uptime and the whole time grow, and what the scenario says happens.
advance() {
  read -r up_ _ <"$W/proc/uptime"; read -r whole <"$W/whole"
  echo "$((${up_%%.*} + $1)).0 0.0" >"$W/proc/uptime"; echo $((whole + $1)) >"$W/whole"
  . "$W/scenario"
  [ $((whole + $1)) -lt "$END" ] || { : >"$W/finished"; kill -9 $$; }
}
# For scenarios. `at TIME`: true once, when so many seconds have passed since the first boot.
at() { [ "$whole" -ge "$1" ] && [ ! -e "$W/at.$1" ] && : >"$W/at.$1"; }
running() { for x in $(ids); do dom "$x"; [ "$d_name $d_flags" != "$1 r-----" ] || { who=$x; return 0; }; done; return 1; }
die() { ! running "$1" || set_dom "$who" "$1" "$2" "$d_uuid"; }
# Dies $3 times, each time as soon as it runs.
dies() {
  died=0; [ ! -e "$W/died.$1" ] || read -r died <"$W/died.$1"
  [ "$died" -lt "$3" ] && running "$1" || return 0
  set_dom "$who" "$1" "$2" "$d_uuid"; echo $((died + 1)) >"$W/died.$1"
}
