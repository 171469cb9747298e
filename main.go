// Command terraform-provider-metastudio is the Terraform provider for the avatar training jobs of
// Huawei Cloud MetaStudio. Terraform starts it.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/metastudio/terraform-provider-metastudio/internal/provider"
)

// address is the source address of the provider, by which Terraform and the registries know it.
const address = "registry.terraform.io/metastudio/metastudio"

// Set by the linker when a release is built.
var (
	version = ""
	commit  = ""
)

func main() {
	debugging := flag.Bool("debug", false, "wait for a debugger and print how Terraform reaches this process")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()

	builtVersion, builtCommit := stamp(version, commit, buildInfo())
	if *showVersion {
		fmt.Printf("terraform-provider-metastudio %s (%s)\n", builtVersion, builtCommit)
		return
	}

	// net/http logs unsolicited responses with their contents, and Terraform puts what a provider
	// prints into its own log. The provider itself logs with tflog.
	log.SetOutput(io.Discard)

	server, err := provider.NewServer(builtVersion)
	if err != nil {
		fail(err)
	}
	var options []tf6server.ServeOpt
	if *debugging {
		options = append(options, tf6server.WithManagedDebug())
	}
	if err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return server }, options...); err != nil {
		fail(err)
	}
}

// fail ends the process with an error.
func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func buildInfo() *debug.BuildInfo {
	info, _ := debug.ReadBuildInfo()
	return info
}

// stamp returns the version and the commit of this build. Where the linker set none, as in a build
// by go install, they come from what Go recorded about the build.
func stamp(linkedVersion, linkedCommit string, info *debug.BuildInfo) (builtVersion, builtCommit string) {
	builtVersion, builtCommit = linkedVersion, linkedCommit
	if info != nil {
		if builtVersion == "" && info.Main.Version != "(devel)" {
			builtVersion = info.Main.Version
		}
		for _, setting := range info.Settings {
			if builtCommit == "" && setting.Key == "vcs.revision" {
				builtCommit = setting.Value
			}
		}
	}
	if builtVersion == "" {
		builtVersion = "dev"
	}
	if builtCommit == "" {
		builtCommit = "unknown commit"
	}
	return builtVersion, builtCommit
}
