// Package engines has the table of the engines that the provider supports: the versions of
// Terraform and OpenTofu that it is tested with, and their features. Tests, documentation and
// workflows take their versions from here.
//
// Only tests and the package's own command import it.
package engines

import (
	"fmt"
	"regexp"
	"slices"

	"golang.org/x/mod/semver"
)

// Product is a program that runs providers.
type Product string

// The products that the provider supports.
const (
	Terraform Product = "Terraform"
	OpenTofu  Product = "OpenTofu"
)

// products are the supported products, in the order in which they are named.
var products = []Product{Terraform, OpenTofu}

// Engine is one version of a product.
type Engine struct {
	Product Product
	// Version is without a leading "v".
	Version string
	// Sum is the hash of the module that the engine is built from, as in a go.sum.
	Sum string
}

// table has the engines of each product in ascending order. A new engine is one line; its sum is
// what "go mod download -json MODULE@vVERSION" prints.
var table = []Engine{
	{Terraform, "1.5.7", "h1:HL+iEBdp6mC/tqQM1F5jA5y32CbxXPwyiNQyYSXVzw0="},
	{Terraform, "1.6.6", "h1:su0zAukO7GehGku/7XDJjUH8ibagDiLs/jhL7LjXMdM="},
	{Terraform, "1.8.5", "h1:qsZZLERVJoBe7a9PlVaZAmi+18qsBnbSSbrtAlsBoIY="},
	{Terraform, "1.10.5", "h1:TbB/InG27DjOSbZYchDwx79latyHobuJQ2IQ2xS1gtM="},
	{Terraform, "1.12.2", "h1:T4odtp8QALeKdoQLw4NhgBOQ7azLl4ZeIuOSH2aqjew="},
	{Terraform, "1.13.3", "h1:Wjwx4gk2sEFbSiHK30nLgde+KuHoIvk1MTW2hojnbmg="},
	{Terraform, "1.14.8", "h1:8Wsbo8t/t54DDBRH/KI0ewNCKLH0GpyVYFIe9hiyaxE="},
	{Terraform, "1.15.6", "h1:8WYv9sRyAOpWz98nTUYnONMhyoz0BPEun+paFonkzek="},
	{Terraform, "1.16.4", "h1:0yyJB6OufO0kqoNg95TGhf+41NsG77th1DPSnKBD878="},
	{OpenTofu, "1.8.11", "h1:yXQiq5U8zWC1L/aaT2kN6dQQ4BRoaExUhX4TuEnL24c="},
	{OpenTofu, "1.9.4", "h1:l2bj1QJbMwCh3Lo5nyhDGWyqlSniYjLf06SwYkJ14vY="},
	{OpenTofu, "1.10.10", "h1:ELFHOkY0x/bHvkgBP4KK3i7Y19CSFuHOyeZOLc0cqWY="},
	{OpenTofu, "1.11.6", "h1:VADF6JEJOAwxZ8mjdp+GE1ZfeqbYc9OvJbJ1CMeUdlg="},
	{OpenTofu, "1.12.6", "h1:0VT4P8pMmGcCUnQ9JDrJ+Qg2d35Vzm4FFd/9+H7oF98="},
}

// All returns every supported engine, those of a product in ascending order.
func All() []Engine { return slices.Clone(table) }

// Of returns the supported engines of a product in ascending order.
func Of(product Product) []Engine {
	return slices.DeleteFunc(All(), func(e Engine) bool { return e.Product != product })
}

// Oldest returns the oldest supported engine of a product.
func Oldest(product Product) Engine { return Of(product)[0] }

// Newest returns the newest supported engine of a product.
func Newest(product Product) Engine {
	of := Of(product)
	return of[len(of)-1]
}

// Bounds returns the oldest and the newest engine of each product.
func Bounds() []Engine {
	var bounds []Engine
	for _, product := range products {
		bounds = append(bounds, Oldest(product), Newest(product))
	}
	return bounds
}

// Name returns the engine's name as the command takes it, such as "terraform-1.5.7".
func (e Engine) Name() string { return productData[e.Product].name + "-" + e.Version }

// Binary returns the name of the engine's program without an extension.
func (e Engine) Binary() string { return productData[e.Product].binary }

// Module returns the path of the engine's Go module.
func (e Engine) Module() string { return productData[e.Product].module }

// Package returns the path of the package of the engine's program in its module.
func (e Engine) Package() string { return productData[e.Product].main }

// String returns the engine's product and version, such as "Terraform 1.5.7".
func (e Engine) String() string { return string(e.Product) + " " + e.Version }

// Minor returns the engine's version without its patch, such as "1.5".
func (e Engine) Minor() string { return semver.MajorMinor("v" + e.Version)[1:] }

// Has reports whether the engine has the feature.
func (e Engine) Has(feature Feature) bool {
	since, ok := feature.Since(e.Product)
	// The pre-releases of a version have what the version has.
	return ok && semver.Compare(semver.MajorMinor("v"+e.Version), "v"+since) >= 0
}

var productData = map[Product]struct{ name, binary, module, main string }{
	Terraform: {"terraform", "terraform", "github.com/hashicorp/terraform", "."},
	OpenTofu:  {"opentofu", "tofu", "github.com/opentofu/opentofu", "./cmd/tofu"},
}

// Named returns the supported engine with a name, such as "terraform-1.5.7". The name of a product
// alone means its newest engine.
func Named(name string) (Engine, error) {
	for _, product := range products {
		if productData[product].name == name {
			return Newest(product), nil
		}
	}
	if i := slices.IndexFunc(table, func(e Engine) bool { return e.Name() == name }); i >= 0 {
		return table[i], nil
	}
	return Engine{}, fmt.Errorf("%q is not a supported engine; see internal/engines/engines.go", name)
}

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)$`)

// Parse returns the engine that prints this for "version", which may be one that is not supported.
// Warnings about the CLI configuration may precede the line with the version.
func Parse(output string) (Engine, error) {
	match := versionLine.FindStringSubmatch(output)
	if match == nil || !semver.IsValid("v"+match[2]) {
		return Engine{}, fmt.Errorf("neither Terraform nor OpenTofu prints this for its version: %q", output)
	}
	return Engine{Product: Product(match[1]), Version: match[2]}, nil
}
