package main

import (
	"context"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// The provisioners that StorageClasses name; Kubernetes notes them on claims and volumes.
const (
	directoryProvisioner = "nats-operator.local/directory"
	tmpfsProvisioner     = "nats-operator.local/tmpfs"
)

const defaultClassAnnotation = "storageclass.kubernetes.io/is-default-class"

// ensureStorageClasses creates those that do not exist. One that somebody has changed stays as it is.
func ensureStorageClasses(ctx context.Context, client kubernetes.Interface) error {
	byDefault := map[string]string{defaultClassAnnotation: "true"}
	for _, class := range []*storagev1.StorageClass{
		storageClass("local-path", directoryProvisioner, byDefault),
		storageClass("local-sized", tmpfsProvisioner, nil),
	} {
		_, err := client.StorageV1().StorageClasses().Create(ctx, class, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	return nil
}

func storageClass(name, provisioner string, annotations map[string]string) *storagev1.StorageClass {
	reclaimPolicy := v1.PersistentVolumeReclaimDelete
	bindingMode := storagev1.VolumeBindingWaitForFirstConsumer
	allowExpansion := true
	return &storagev1.StorageClass{
		ObjectMeta:           metav1.ObjectMeta{Name: name, Annotations: annotations},
		Provisioner:          provisioner,
		ReclaimPolicy:        &reclaimPolicy,
		VolumeBindingMode:    &bindingMode,
		AllowVolumeExpansion: &allowExpansion,
	}
}
