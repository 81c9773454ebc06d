package main

import (
	"github.com/spf13/cobra"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// controllerCommand makes the command of a controller of our own, which takes --kubeconfig and runs until it is stopped.
func controllerCommand(name, short string, run func(*cobra.Command, kubernetes.Interface) error) *cobra.Command {
	var kubeconfig string
	command := &cobra.Command{
		Use: name, Short: short, SilenceUsage: true,
		RunE: func(command *cobra.Command, _ []string) error {
			config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
			if err != nil {
				return err
			}
			config.UserAgent = name
			client, err := kubernetes.NewForConfig(config)
			if err != nil {
				return err
			}
			return run(command, client)
		},
	}
	command.Flags().StringVar(&kubeconfig, "kubeconfig", "", "how to reach the API server, and as whom")
	return command
}
