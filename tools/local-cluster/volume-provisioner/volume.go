package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"k8s.io/apimachinery/pkg/api/resource"
)

// The permissions of a newly formatted disk: pods that do not run as root need fsGroup, as on most clusters.
const permissions = 0o755

// volume is the folder of a PersistentVolume. Pods see its subfolder data: while a tmpfs is not mounted there is none, so that the
// kubelet waits for it, and no pod writes to the disk below.
type volume struct {
	root  string
	tmpfs bool
	size  resource.Quantity
}

func newVolume(folder, node, name, provisioner string, size resource.Quantity) volume {
	return volume{root: filepath.Join(folder, node, name), tmpfs: provisioner == tmpfsProvisioner, size: size}
}

func (v volume) data() string { return filepath.Join(v.root, "data") }

// ensure creates the volume, or what of it is missing.
func (v volume) ensure() error {
	if err := os.MkdirAll(v.root, permissions); err != nil {
		return err
	}
	mounted, err := isMountPoint(v.root)
	if err != nil {
		return err
	}
	if v.tmpfs && !mounted {
		if err := v.mount(0); err != nil {
			return err
		}
	}
	return os.MkdirAll(v.data(), permissions)
}

func (v volume) resize() error {
	if !v.tmpfs {
		return nil
	}
	return v.mount(syscall.MS_REMOUNT)
}

// mount reserves no memory: what is written takes it, from the pod that writes.
func (v volume) mount(flags uintptr) error {
	options := fmt.Sprintf("size=%d,mode=%o", v.size.Value(), permissions)
	if err := syscall.Mount("tmpfs", v.root, "tmpfs", flags, options); err != nil {
		return fmt.Errorf("mounting a tmpfs of %s at %s: %w", v.size.String(), v.root, err)
	}
	return nil
}

func (v volume) remove() error {
	mounted, err := isMountPoint(v.root)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if mounted {
		if err := syscall.Unmount(v.root, syscall.MNT_DETACH); err != nil {
			return fmt.Errorf("unmounting %s: %w", v.root, err)
		}
	}
	return os.RemoveAll(v.root)
}

// isMountPoint compares devices: a tmpfs always has one of its own.
func isMountPoint(path string) (bool, error) {
	var at, above syscall.Stat_t
	if err := syscall.Stat(path, &at); err != nil {
		return false, err
	}
	if err := syscall.Stat(filepath.Dir(path), &above); err != nil {
		return false, err
	}
	return at.Dev != above.Dev, nil
}
