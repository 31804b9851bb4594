# shellcheck shell=bash disable=SC2034,SC2154 # sourced: its variables are the demo's
# shelves.sh - the supply room: two scales with our firmware, one off the shelf on a serial line, and who takes from them.

# The firmware's two scales are one process; its people listen to a FIFO, those of the bench scale to another.
start_scales() {
    local dir=$folder/shelves node
    mkdir "$dir"
    mkfifo "$dir/bench"
    exec {bench}<>"$dir/bench" # kept open, so that the people there never see its end
    start firmware "$bin/clinic-scale-sim" --folders "$folder/broker/nodes" --stem scale- --count 2 \
        --address 127.0.0.1 --units 0 --flash "$dir" --control "$dir/people"
    stdin=$dir/bench start bench "$bin/clinic-sics-sim" --link "$dir/line" --units 0 --unit-mg 12000
    await 'line of the bench scale' test -e "$dir/line"
    printf '[scale1]\ndevice = %s\n' "$dir/line" >>"$folder/broker/nodes/bench-1/node.ini"
    start bench-1 "$bin/clinic-scale" --folder "$folder/broker/nodes/bench-1"
    await 'people at the scales' test -p "$dir/people"
    tell running 'scale-1 and scale-2 (our firmware), bench-1 (MT-SICS on a serial line)'
}

# What somebody does at a shelf, in the words of `clinic-scale-sim --help`.
hand() { # NODE WHAT
    case $1 in
    bench-1) echo "$2" >&"$bench" ;;
    *) echo "$1: $2" >"$folder/shelves/people" ;;
    esac
}

measure_step() { # NODE STEP OPTIONS…
    local node=$1 step=$2
    shift 2
    desk desk-1 equipment scale-set-up "$node" --channel 1 --step "$step" "$@"
}

# As staff do it: the empty bin, a known mass, then units that somebody has counted.
set_up_scale() { # NODE UNITS
    desk desk-1 equipment scale "$1" --channel 1 --capacity-mg 5000000 --bin-mg 100000 \
        --variation-permyriad 200 --most 100
    measure_step "$1" tare
    hand "$1" 'mass 1000'
    measure_step "$1" calibrate --mass-mg 1000000
    hand "$1" 'mass 0'
    hand "$1" "add $2"
    measure_step "$1" sample --count "$2"
}

holds() { # ITEM QUANTITY
    desk desk-1 --json equipment list | grep -o "\"item_id\":\"$1\"[^]]*" |
        grep -q "\"quantity\":$2,.*\"state\":\"stable\""
}

fill_shelves() {
    local node setting=()
    step 'The supply room: scales are set up from a desk, and say what lies on them'
    start_scales
    request equipment item gloves-m --name 'Gloves M' --unit pair --location 'Shelf 1' \
        --minimum 10 --par 40 --bin bin_id=gloves-m-1,node=scale-1,channel=1
    request equipment item drills --name 'Drill 008' --unit piece --location 'Drawer 3' \
        --minimum 5 --par 60 --bin bin_id=drills-1,node=scale-2,channel=1
    request equipment item syringes --name 'Syringe 10 ml' --unit piece --location 'Shelf 4' \
        --minimum 5 --par 60 --bin bin_id=syringes-1,node=bench-1,channel=1
    for node in scale-2 bench-1; do
        set_up_scale "$node" 25 >"$folder/logs/set-up-$node.log" 2>&1 &
        setting+=("$!")
    done
    tell request 'desk-1: clinic-desk equipment scale scale-1 …, scale-set-up … tare, calibrate, sample'
    set_up_scale scale-1 25 >"$folder/logs/set-up-scale-1.log" 2>&1 ||
        die "scale-1 was not set up: $(cat "$folder/logs/set-up-scale-1.log")"
    detail <"$folder/logs/set-up-scale-1.log"
    for node in "${setting[@]}"; do wait "$node" || die "a scale was not set up; see $folder/logs"; done
    for node in gloves-m drills syringes; do await "25 $node on the scale" holds "$node" 25; done
    tell stock '25 pairs of gloves, 25 drills, 25 syringes: nobody has typed that'
}

use_shelves() {
    step 'A busy morning: gloves are taken, somebody lifts the bin of drills'
    hand scale-1 'take 10'
    hand scale-1 'take 6 after 3s'
    hand scale-2 lift
    hand bench-1 'take 1'
    tell people 'take 10 pairs of gloves, then 6; one syringe; and carry the drills away for a while'
}

lifted() { desk desk-1 --json equipment bins | grep -q '"bin_id":"drills-1".*"state":"lifted"'; }
is_low() { gateway events --type clinic.equipment.low-stock | grep -q .; }
alerted() { grep -q 'notice.*Gloves M' "$folder/logs/watch.log"; }

find_low() {
    local sequence
    step 'Stock is low once it has stood for a minute: a hand on the shelf alerts nobody'
    await 'lifted bin' lifted
    hand scale-2 return
    tell people 'put the drills back'
    limit=100 await 'low stock' is_low
    sequence=$(gateway events --type clinic.equipment.low-stock | awk '{ print $1; exit }')
    show_flow "$sequence"
    await 'alert at desk-2' alerted
    grep 'notice.*Gloves M' "$folder/logs/watch.log" | detail
    await 'drills back on their scale' holds drills 25
    tell look 'desk-1: clinic-desk equipment bins'
    desk desk-1 equipment bins | detail
}
