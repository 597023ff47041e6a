#!/bin/sh
# slurm.sh PROGRAM SCENARIOS [PARTS]: the recipe of docs/recipes.md in a cluster of one node, this
# machine, on loopback. Opt-in: needs root, and Debian's slurm-wlm and munge, of which it starts
# daemons of its own and stops them again.
set -eu
program=$(readlink -f "${1:?usage: slurm.sh PROGRAM SCENARIOS [PARTS]}")
scenarios=$(readlink -f "${2:?usage: slurm.sh PROGRAM SCENARIOS [PARTS]}")
parts=${3:-8}
for needed in munged slurmctld slurmd sbatch; do
    command -v "$needed" >/dev/null || { echo "slurm: there is no $needed" >&2; exit 7; }
done
[ "$(id -u)" -eq 0 ] || { echo "slurm: its daemons need root" >&2; exit 7; }

work=$(mktemp -d /tmp/mailtls-slurm-XXXXXX)
chmod 755 "$work"
host=$(hostname -s)
stop() {
    for daemon in slurmd slurmctld munged; do
        [ ! -s "$work/$daemon.pid" ] || kill "$(cat "$work/$daemon.pid")" 2>/dev/null || true
    done
    sleep 1
    rm -rf "$work"
}
trap stop EXIT

mkdir -p "$work/state" "$work/spool" "$work/munge"
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 2>/dev/null
chown -R munge:munge "$work/munge"
chmod 700 "$work/munge"
chmod 400 "$work/munge/key"
setpriv --reuid munge --regid munge --clear-groups munged --key-file="$work/munge/key" \
    --socket="$work/munge/socket" --log-file="$work/munge/log" --seed-file="$work/munge/seed" \
    --pid-file="$work/munge/pid" --force
ln -s munge/pid "$work/munged.pid"
chmod 711 "$work/munge"

cat >"$work/slurm.conf" <<CONF
ClusterName=mailtls
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SwitchType=switch/none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
# It wants a plugin for what it is not asked to constrain.
cgroups=cgroup/v2
[ ! -d /sys/fs/cgroup/freezer ] || cgroups=cgroup/v1
echo "CgroupPlugin=$cgroups" >"$work/cgroup.conf"
export SLURM_CONF="$work/slurm.conf"
slurmctld
slurmd || { cat "$work"/slurmd.log >&2; exit 7; }
waited=0
until sinfo -h -o %T 2>/dev/null | grep -q idle; do
    waited=$((waited + 1))
    if [ "$waited" -ge 60 ]; then
        cat "$work"/*.log >&2
        echo "slurm: the node does not come" >&2
        exit 7
    fi
    sleep 1
done

cd "$(dirname "$scenarios")"
name=$(basename "$scenarios")
began=$(date +%s.%N)
play="'$program' run '$name' -F quiet --shard auto"
sbatch --quiet --wait --array="1-$parts" --output="$work/part-%a.log" \
    --wrap "$play --report-json '$work/part-'\$SLURM_ARRAY_TASK_ID.json"
ended=$(date +%s.%N)
tail -q -n 1 "$work"/part-*.log
"$program" merge "$work"/part-*.json -o "$work/merged.json" >/dev/null
alone=$(date +%s.%N)
"$program" run "$name" -F quiet --report-json "$work/whole.json" >/dev/null
done=$(date +%s.%N)
cmp "$work/merged.json" "$work/whole.json"
echo "$began $ended $alone $done" | awk -v parts="$parts" '{
    printf "slurm: %d parts in %.1f s, one run %.1f s; merged: the same, byte for byte\n", parts,
        $2 - $1, $4 - $3 }'
