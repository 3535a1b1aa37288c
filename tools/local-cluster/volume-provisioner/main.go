// The volume-provisioner of a local cluster plays the parts of a storage driver's external-provisioner and external-resizer, by the
// libraries of both. Its volumes are folders and tmpfs mounts on the machine that all nodes of a local cluster share, so that one
// process serves all nodes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"time"

	"github.com/kubernetes-csi/external-resizer/v2/pkg/controller"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	provision "sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

const (
	resyncPeriod     = 10 * time.Minute
	firstRetry       = time.Second
	longestRetry     = 30 * time.Second
	concurrentResize = 4
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "the kubeconfig file to sign in with")
	folder := flag.String("folder", "", "the folder in which each node has a folder for its volumes")
	flag.Parse()
	klog.Fatal(run(context.Background(), *kubeconfig, *folder))
}

// run returns only when it fails: a signal ends the process, and every step can be repeated.
func run(ctx context.Context, kubeconfig, folder string) error {
	if !filepath.IsAbs(folder) {
		return errors.New("-folder must be an absolute path")
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := restoreVolumes(ctx, client, folder); err != nil {
		return fmt.Errorf("restoring volumes: %w", err)
	}
	if err := ensureStorageClasses(ctx, client); err != nil {
		return fmt.Errorf("creating the StorageClasses: %w", err)
	}
	runControllers(ctx, client, folder)
	return errors.New("the controllers have ended")
}

func runControllers(ctx context.Context, client kubernetes.Interface, folder string) {
	factory := informers.NewSharedInformerFactory(client, resyncPeriod)
	core := factory.Core().V1()
	limiter := func() workqueue.TypedRateLimiter[string] {
		return workqueue.NewTypedItemExponentialFailureRateLimiter[string](firstRetry, longestRetry)
	}
	provisioning := provision.NewProvisionController(ctx, client, directoryProvisioner, provisioner{folder},
		provision.AdditionalProvisionerNames([]string{tmpfsProvisioner}),
		provision.LeaderElection(false),
		provision.RateLimiter(limiter()),
		provision.ClaimsInformer(core.PersistentVolumeClaims().Informer()),
		provision.VolumesInformer(core.PersistentVolumes().Informer()))
	const handleVolumeInUseError = false
	resizing := controller.NewResizeController(resizerName, volumeResizer{folder}, client, resyncPeriod, factory, limiter(),
		handleVolumeInUseError, longestRetry)
	factory.Start(ctx.Done())
	go resizing.Run(concurrentResize, ctx, nil)
	provisioning.Run(ctx)
}
