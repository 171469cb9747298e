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

// fillTemplates fills the versions into every template in dir, in place. Where a template says
// something of engines, it stands between [[ and ]], so that tfplugindocs gets a template without
// it.
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

func fill(name, text string) ([]byte, error) {
	parsed, err := template.New(name).Delims("[[", "]]").Funcs(template.FuncMap{
		"oldest": oldest,
		"since":  sinceCell,
		"needs":  needs,
		"tested": tested,
	}).Parse(text)
	if err != nil {
		return nil, err
	}
	var filled bytes.Buffer
	err = parsed.Execute(&filled, nil)
	return filled.Bytes(), err
}

// oldest returns the first supported version of a product, without its patch.
func oldest(product engines.Product) string { return engines.Oldest(product).Minor() }

// sinceCell returns the cell of a table that says which versions of a product have a feature.
func sinceCell(feature engines.Feature, product engines.Product) (string, error) {
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

// needs returns what a feature needs, in words.
func needs(feature engines.Feature) (string, error) {
	if feature.Needs() == "" {
		return "", fmt.Errorf("%q is no feature in internal/engines/features.go", feature)
	}
	return feature.Needs(), nil
}

// tested returns the versions of a product that the provider is tested with, in words.
func tested(product engines.Product) string {
	var versions []string
	for _, engine := range engines.Of(product) {
		versions = append(versions, engine.Version)
	}
	last := len(versions) - 1
	return string(product) + " " + strings.Join(versions[:last], ", ") + " and " + versions[last]
}
