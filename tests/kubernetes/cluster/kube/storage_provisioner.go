package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// provisionerName is what StorageClasses name as their provisioner.
const provisionerName = "pollux.local/directory"

// directories provisions volumes that are folders of the node. They begin as those of a cloud's block storage: empty and
// owned by root, so that a pod which is not root needs an fsGroup to write. The requested size is not enforced.
type directories struct{ root string }

func (d directories) path(volume string) string { return filepath.Join(d.root, volume) }

func (d directories) Provision(_ context.Context, options controller.ProvisionOptions) (*core.PersistentVolume, controller.ProvisioningState, error) {
	path := d.path(options.PVName)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	volume := &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: options.PVName},
		Spec: core.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   options.PVC.Spec.AccessModes,
			Capacity:                      core.ResourceList{core.ResourceStorage: options.PVC.Spec.Resources.Requests[core.ResourceStorage]},
			PersistentVolumeSource:        core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
				MatchExpressions: []core.NodeSelectorRequirement{{
					Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{options.SelectedNodeName},
				}},
			}}}},
		},
	}
	return volume, controller.ProvisioningFinished, nil
}

func (d directories) Delete(_ context.Context, volume *core.PersistentVolume) error {
	if volume.Spec.Local == nil || volume.Spec.Local.Path != d.path(volume.Name) {
		return fmt.Errorf("the volume %s is not a folder in %s", volume.Name, d.root)
	}
	return os.RemoveAll(volume.Spec.Local.Path)
}

func storageProvisionerCommand() *cobra.Command {
	var provisioner directories
	run := func(command *cobra.Command, client kubernetes.Interface) error {
		ctx := command.Context()
		controller.NewProvisionController(ctx, client, provisionerName, provisioner,
			controller.LeaderElection(false)).Run(ctx)
		return nil
	}
	command := controllerCommand("storage-provisioner", "Makes volumes of the node's folders", run)
	command.Flags().StringVar(&provisioner.root, "root", "", "the folder for the volumes")
	return command
}
