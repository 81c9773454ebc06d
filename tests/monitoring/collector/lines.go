package main

import (
	"context"
	"errors"
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// linesConfig is the configuration of the exporter "lines".
type linesConfig struct {
	Path string `mapstructure:"path"` // appended to; created if it is missing
}

func (config *linesConfig) Validate() error {
	if config.Path == "" {
		return errors.New("path is missing")
	}
	return nil
}

func newLinesFactory() exporter.Factory {
	return exporter.NewFactory(
		component.MustNewType("lines"),
		func() component.Config { return &linesConfig{} },
		exporter.WithTraces(newLinesExporter, component.StabilityLevelDevelopment))
}

func newLinesExporter(_ context.Context, _ exporter.Settings, config component.Config) (exporter.Traces, error) {
	return &linesExporter{path: config.(*linesConfig).Path}, nil
}

// linesExporter writes each batch of traces with one system call, so that a reader sees complete lines only.
type linesExporter struct {
	path string
	file *os.File
}

func (lines *linesExporter) Start(context.Context, component.Host) error {
	var err error
	lines.file, err = os.OpenFile(lines.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return err
}

func (lines *linesExporter) Shutdown(context.Context) error {
	if lines.file == nil {
		return nil
	}
	return lines.file.Close()
}

func (lines *linesExporter) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func (lines *linesExporter) ConsumeTraces(_ context.Context, traces ptrace.Traces) error {
	document, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	if err != nil {
		return err
	}
	_, err = lines.file.Write(append(document, '\n'))
	return err
}
