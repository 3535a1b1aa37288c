package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/klog/v2"
)

const provisionedByAnnotation = "pv.kubernetes.io/provisioned-by"

// volumeOf fails unless the folder is one that was made for the PersistentVolume: another path could be anything on the machine.
func volumeOf(folder string, pv *v1.PersistentVolume) (volume, error) {
	if pv.Spec.Local == nil {
		return volume{}, fmt.Errorf("PersistentVolume %s is not local", pv.Name)
	}
	root := filepath.Dir(filepath.Clean(pv.Spec.Local.Path))
	if !strings.HasPrefix(root, folder+"/") || filepath.Base(root) != pv.Name {
		return volume{}, fmt.Errorf("PersistentVolume %s has a path that is not its own in %s", pv.Name, folder)
	}
	tmpfs := pv.Annotations[provisionedByAnnotation] == tmpfsProvisioner
	return volume{root: root, tmpfs: tmpfs, size: pv.Spec.Capacity[v1.ResourceStorage]}, nil
}

func isOurs(pv *v1.PersistentVolume) bool {
	by := pv.Annotations[provisionedByAnnotation]
	return by == directoryProvisioner || by == tmpfsProvisioner
}

// restoreVolumes mounts every tmpfs that is not mounted, empty: their contents do not outlive the cluster's stop. What cannot be
// restored is only logged: the kubelet waits for it, and the other volumes do not have to.
func restoreVolumes(ctx context.Context, client kubernetes.Interface, folder string) error {
	list, err := client.CoreV1().PersistentVolumes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, pv := range list.Items {
		if !isOurs(&pv) {
			continue
		}
		if err := restore(folder, &pv); err != nil {
			klog.ErrorS(err, "Cannot restore a volume", "PV", pv.Name)
		}
	}
	return nil
}

func restore(folder string, pv *v1.PersistentVolume) error {
	volume, err := volumeOf(folder, pv)
	if err != nil {
		return err
	}
	return volume.ensure()
}
