package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

// fillTemplates writes the versions into every template in dir, in place. In a template, the calls
// of the functions below are between [[ and ]], which tfplugindocs does not use.
func fillTemplates(dir string) error {
	return filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".tmpl" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		filled, err := fill(name, string(text))
		if err != nil {
			return err
		}
		return os.WriteFile(name, filled, 0o600)
	})
}

// fill returns the text of a template with the versions.
func fill(name, text string) ([]byte, error) {
	parsed, err := template.New(name).Delims("[[", "]]").Funcs(template.FuncMap{
		"oldest": oldestVersion,
		"since":  firstVersion,
		"needs":  neededVersions,
		"tested": testedVersions,
	}).Parse(text)
	if err != nil {
		return nil, err
	}
	var filled bytes.Buffer
	err = parsed.Execute(&filled, nil)
	return filled.Bytes(), err
}

// oldestVersion returns the oldest supported version of a product, without its patch.
func oldestVersion(product engines.Product) string { return engines.Oldest(product).Minor() }

// firstVersion returns the first version of a product with a feature, "all" if every supported
// version has it, and "none" if no version does.
func firstVersion(feature engines.Feature, product engines.Product) (string, error) {
	if feature.Needs() == "" {
		return "", fmt.Errorf("%q is no feature in internal/engines/features.go", feature)
	}
	version, ok := feature.Since(product)
	switch {
	case !ok:
		return "none", nil
	case feature.InEvery(product):
		return "all", nil
	default:
		return version, nil
	}
}

// neededVersions returns the versions that a feature needs, as part of a sentence.
func neededVersions(feature engines.Feature) (string, error) {
	if feature.Needs() == "" {
		return "", fmt.Errorf("%q is no feature in internal/engines/features.go", feature)
	}
	return feature.Needs(), nil
}

// testedVersions returns the versions of a product that the provider is tested with, as part of a
// sentence.
func testedVersions(product engines.Product) string {
	var versions []string
	for _, engine := range engines.Of(product) {
		versions = append(versions, engine.Version)
	}
	last := len(versions) - 1
	return string(product) + " " + strings.Join(versions[:last], ", ") + " and " + versions[last]
}
