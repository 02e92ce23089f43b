# usage: shutdown.sh SHELL FOLDER END: what the script that ends domains does to the machine that run.sh has left in FOLDER; it stands still from time END
# on. Prints what xl was told, and how the machine is.
shell=$1 folder=$2
export END=$3 KILL=none W="$folder/world"
export DOMFORGE_CONFIG="$folder/config" DOMFORGE_STATES="$W/run" DOMFORGE_PROC="$W/proc" DOMFORGE_SLEEP=advance DOMFORGE_DEFAULTS="$folder/defaults"
export WORLD="${0%/*}/world.sh" SCRIPT="$folder/usr/lib/domforge/shutdown"
shell_=${shell%% *} applet=${shell#"$shell_"}
: >"$W/told"
said=$("$shell_" $applet -c '. "$WORLD"; . "$SCRIPT"' "$SCRIPT" 2>&1)
status=$?
echo "$said" >"$folder/log"
tr '\n' ';' <"$W/told"
printf ' | %s |' "$status"
for id in $(ls "$W/doms" | sort -n); do read -r name flags _ <"$W/doms/$id"; printf ' %s:%s' "$name" "$flags"; done
[ ! -e "$W/faults" ] || { printf ' FAULTS '; tr '\n' ' ' <"$W/faults"; }
echo " | $(cat "$W/whole")"
