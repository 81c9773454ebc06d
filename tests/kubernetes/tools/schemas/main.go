// Command schemas writes the JSON schemas that kubeconform reads, so that manifests are validated without a network:
//
//	schemas OUT SWAGGER CRD...
//
// SWAGGER is the OpenAPI 2 description in the module k8s.io/kubernetes, each CRD a file with CustomResourceDefinitions.
// OUT gets a file {{.ResourceKind}}{{.KindSuffix}}.json, as kubeconform writes it, for each kind: deployment-apps-v1.json.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

type object = map[string]any

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "Usage: schemas OUT SWAGGER CRD...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "schemas:", err)
		os.Exit(1)
	}
}

func run(out, swagger string, crds []string) error {
	if err := writeBuiltIn(out, swagger); err != nil {
		return fmt.Errorf("%s: %w", swagger, err)
	}
	for _, crd := range crds {
		if err := writeCustom(out, crd); err != nil {
			return fmt.Errorf("%s: %w", crd, err)
		}
	}
	return nil
}

func writeBuiltIn(out, swagger string) error {
	text, err := os.ReadFile(swagger)
	if err != nil {
		return err
	}
	var document struct {
		Definitions map[string]object `json:"definitions"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return err
	}
	definitions := object{}
	for name, definition := range document.Definitions {
		definitions[name] = strict(definition)
	}
	// Its description in OpenAPI 2 says string, and the API server takes numbers as well.
	definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"] = object{"type": []string{"string", "number"}}
	if err := write(out, "_definitions", object{"definitions": definitions}); err != nil {
		return err
	}
	for name, definition := range document.Definitions {
		kinds, _ := definition["x-kubernetes-group-version-kind"].([]any)
		if len(kinds) != 1 { // more than one: a type that many kinds share, such as DeleteOptions
			continue
		}
		kind := kinds[0].(object)
		reference := object{"$ref": "_definitions.json#/definitions/" + name}
		if err := write(out, fileName(kind["kind"], kind["group"], kind["version"]), reference); err != nil {
			return err
		}
	}
	return nil
}

func writeCustom(out, crd string) error {
	text, err := os.ReadFile(crd)
	if err != nil {
		return err
	}
	for _, part := range bytes.Split(text, []byte("\n---\n")) {
		var definition struct {
			Kind string
			Spec struct {
				Group    string
				Names    struct{ Kind string }
				Versions []struct {
					Name   string
					Schema struct{ OpenAPIV3Schema object }
				}
			}
		}
		if err := yaml.Unmarshal(part, &definition); err != nil {
			return err
		}
		if definition.Kind != "CustomResourceDefinition" {
			continue
		}
		spec := definition.Spec
		for _, version := range spec.Versions {
			schema := strict(version.Schema.OpenAPIV3Schema)
			if err := write(out, fileName(spec.Names.Kind, spec.Group, version.Name), schema); err != nil {
				return err
			}
		}
	}
	return nil
}

// strict is a schema that refuses what an API server drops: properties that a type does not have.
func strict(node any) any {
	switch node := node.(type) {
	case []any:
		for i := range node {
			node[i] = strict(node[i])
		}
		return node
	case object:
		return strictObject(node)
	default:
		return node
	}
}

func strictObject(node object) object {
	if node["format"] == "int-or-string" || node["x-kubernetes-int-or-string"] == true {
		return object{"type": []string{"string", "integer"}}
	}
	keepsUnknown := node["x-kubernetes-preserve-unknown-fields"] == true
	result := object{}
	for key, value := range node {
		if reference, ok := value.(string); ok && key == "$ref" {
			value = strings.Replace(reference, "#/definitions/", "_definitions.json#/definitions/", 1)
		}
		result[key] = strict(value)
	}
	if node["properties"] != nil && node["additionalProperties"] == nil && !keepsUnknown {
		result["additionalProperties"] = false
	}
	return result
}

func fileName(kind, group, version any) string {
	parts := []string{fmt.Sprint(kind)}
	if group != "" {
		parts = append(parts, strings.Split(fmt.Sprint(group), ".")[0])
	}
	return strings.ToLower(strings.Join(append(parts, fmt.Sprint(version)), "-"))
}

func write(out, name string, schema any) error {
	text, err := json.Marshal(schema)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, name+".json"), text, 0o644)
}
