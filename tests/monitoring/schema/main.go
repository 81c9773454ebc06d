// Checks dashboards against Grafana's schema: grafana-schema FILE...
//
// The types of the Grafana Foundation SDK are generated from the schema of Grafana's dashboards, panels and queries.
// Decoding is strict: a field that is unknown, missing or of another type is an error, and so is a value that violates a
// constraint.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// The kinds of panels and queries that the dashboards have. Options of another kind would pass unchecked.
func registerKinds() map[string]bool {
	runtime := cog.NewRuntime()
	runtime.RegisterPanelcfgVariant(stat.VariantConfig())
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	return map[string]bool{"stat": true, "timeseries": true}
}

// The SDK returns an empty list of errors as a non-nil error.
func found(err error) error {
	var list cog.BuildErrors
	if errors.As(err, &list) && len(list) == 0 {
		return nil
	}
	return err
}

func check(path string, kinds map[string]bool) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var board dashboard.Dashboard
	if err := found(board.UnmarshalJSONStrict(text)); err != nil {
		return err
	}
	if err := found(board.Validate()); err != nil {
		return err
	}
	panels, err := checkPanels(text, kinds)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d panels conform to Grafana's schema\n", path, panels)
	return nil
}

// checkPanels returns the number of panels that are not rows. They are decoded on their own, because for the reason above the
// SDK's dashboard does not keep them.
func checkPanels(text []byte, kinds map[string]bool) (int, error) {
	var board struct{ Panels []json.RawMessage }
	if err := json.Unmarshal(text, &board); err != nil {
		return 0, err
	}
	panels := 0
	for _, raw := range board.Panels {
		var panel dashboard.Panel
		err := found(panel.UnmarshalJSONStrict(raw))
		if panel.Type == "row" {
			continue // the dashboard's decoder has checked it
		}
		panels++
		switch {
		case err != nil:
			return 0, err
		case !kinds[panel.Type]:
			return 0, fmt.Errorf("panel %s: the schema of %q is not registered here", raw[:60], panel.Type)
		}
		if err := found(panel.Validate()); err != nil {
			return 0, fmt.Errorf("panel %q: %w", *panel.Title, err)
		}
		for _, query := range panel.Targets {
			if query.DataqueryType() != "prometheus" {
				return 0, fmt.Errorf("panel %q: a query of type %q", *panel.Title, query.DataqueryType())
			}
		}
	}
	if panels == 0 {
		return 0, errors.New("no panels")
	}
	return panels, nil
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "Usage: grafana-schema FILE...")
		os.Exit(2)
	}
	kinds := registerKinds()
	failed := false
	for _, path := range os.Args[1:] {
		if err := check(path, kinds); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}
