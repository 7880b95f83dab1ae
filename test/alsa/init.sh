#!/busybox sh
# The first program of the test machine: loads the modules, puts a memory disk over the host's files, runs the script.
/busybox mkdir -p /bin /proc /sys /host /memory /root
/busybox --install -s /bin
export PATH=/bin
mount -t proc none /proc
mount -t sysfs none /sys
while read -r module; do
  insmod "/modules/$module" || echo "alsa bed: no $module"
done </order
options=trans=virtio,version=9p2000.L,msize=512000
mount -t 9p -o "$options,ro,cache=loose" root /host
mount -t tmpfs none /memory
mkdir /memory/upper /memory/work
mount -t overlay -o lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work none /root
for place in proc sys; do mount --move "/$place" "/root/$place"; done
mount -t devtmpfs none /root/dev
mount -t tmpfs none /root/tmp
mount -t configfs none /root/sys/kernel/config
mkdir -p /root/mnt/results
mount -t 9p -o "$options" results /root/mnt/results
ip link set lo up
script=$(sed 's/.*script=\([^ ]*\).*/\1/' /root/proc/cmdline)
chroot /root /usr/bin/env PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/tmp bash "$script"
sync
poweroff -f
