package main

import (
	"github.com/spf13/cobra"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

// networkPoliciesCommand enforces the node's NetworkPolicies. If the container runtime does not provide the addresses of
// pods (by NRI; Debian 12's containerd does not), a pod cannot connect until the API server reports its address.
func networkPoliciesCommand() *cobra.Command {
	var node string
	run := func(command *cobra.Command, client kubernetes.Interface) error {
		ctx := command.Context()
		factory := informers.NewSharedInformerFactory(client, 0)
		controller, err := networkpolicy.NewController(client, factory.Networking().V1().NetworkPolicies(),
			factory.Core().V1().Namespaces(), factory.Core().V1().Pods(), nil, nil, nil, nil,
			networkpolicy.Config{QueueID: 98, NodeName: node})
		if err != nil {
			return err
		}
		factory.Start(ctx.Done())
		return controller.Run(ctx)
	}
	command := controllerCommand("network-policies", "Enforces NetworkPolicies on a node", run)
	command.Flags().StringVar(&node, "node", "node", "the name of the node")
	return command
}
