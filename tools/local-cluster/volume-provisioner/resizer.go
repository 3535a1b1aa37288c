package main

import (
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// The name in the Events of the external-resizer.
const resizerName = "nats-operator.local"

// volumeResizer is what a storage driver is to the external-resizer, which calls it when a claim requests more, and writes the capacity
// into the PersistentVolume and the status of the claim.
type volumeResizer struct {
	folder string
}

func (volumeResizer) Name() string { return resizerName }

func (volumeResizer) DriverSupportsControlPlaneExpansion() bool { return true }

func (volumeResizer) CanSupport(pv *v1.PersistentVolume, _ *v1.PersistentVolumeClaim) bool {
	return isOurs(pv)
}

// Resize leaves nothing to the kubelet: a tmpfs grows where it is mounted, and a folder has no size.
func (r volumeResizer) Resize(pv *v1.PersistentVolume, size resource.Quantity) (resource.Quantity, bool, error) {
	volume, err := volumeOf(r.folder, pv)
	if err != nil {
		return size, false, err
	}
	volume.size = size
	return size, false, volume.resize()
}
