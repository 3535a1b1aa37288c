package main

import (
	"context"
	"fmt"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	provision "sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// provisioner creates a volume on the node that the scheduler has selected for the claim's first pod, and removes it when its claim is
// deleted.
type provisioner struct {
	folder string
}

func (p provisioner) Provision(
	_ context.Context, options provision.ProvisionOptions,
) (*v1.PersistentVolume, provision.ProvisioningState, error) {
	if err := unsupported(options); err != nil {
		return nil, provision.ProvisioningFinished, err
	}
	size := options.PVC.Spec.Resources.Requests[v1.ResourceStorage]
	volume := newVolume(p.folder, options.SelectedNodeName, options.PVName, options.StorageClass.Provisioner, size)
	if err := volume.ensure(); err != nil {
		return nil, provision.ProvisioningFinished, err
	}
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: v1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   options.PVC.Spec.AccessModes,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: size},
			PersistentVolumeSource:        v1.PersistentVolumeSource{Local: &v1.LocalVolumeSource{Path: volume.data()}},
			NodeAffinity:                  onlyOn(options.SelectedNodeName),
		},
	}, provision.ProvisioningFinished, nil
}

func (p provisioner) Delete(_ context.Context, pv *v1.PersistentVolume) error {
	volume, err := volumeOf(p.folder, pv)
	if err != nil {
		return err
	}
	return volume.remove()
}

func unsupported(options provision.ProvisionOptions) error {
	if options.SelectedNodeName == "" {
		return fmt.Errorf("no node is selected: the StorageClass needs volumeBindingMode WaitForFirstConsumer")
	}
	for _, mode := range options.PVC.Spec.AccessModes {
		if mode != v1.ReadWriteOnce && mode != v1.ReadWriteOncePod {
			return fmt.Errorf("access mode %s is not supported: a volume is on one node", mode)
		}
	}
	return nil
}

func onlyOn(node string) *v1.VolumeNodeAffinity {
	hostname := v1.NodeSelectorRequirement{Key: v1.LabelHostname, Operator: v1.NodeSelectorOpIn, Values: []string{node}}
	term := v1.NodeSelectorTerm{MatchExpressions: []v1.NodeSelectorRequirement{hostname}}
	return &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{term}}}
}
