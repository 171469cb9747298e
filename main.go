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

// address is where registries have the provider, and how Terraform knows it.
const address = "registry.terraform.io/metastudio/metastudio"

// Set by the linker when a release is built.
var (
	version = ""
	commit  = ""
)

func main() {
	debugging := flag.Bool("debug", false, "wait for a debugger and print how Terraform reaches this process")
	show := flag.Bool("version", false, "print the version and exit")
	flag.Parse()

	version, commit := stamp(version, commit, buildInfo())
	if *show {
		fmt.Printf("terraform-provider-metastudio %s (%s)\n", version, commit)
		return
	}

	// net/http logs what a server sends unasked, contents included, and Terraform keeps what a
	// provider prints. The provider's own log goes another way.
	log.SetOutput(io.Discard)

	server, err := provider.NewServer(version)
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

// stamp returns the version and the commit of this build: the linker's, or else what Go noted about
// a build that nobody stamped, such as by go install.
func stamp(version, commit string, info *debug.BuildInfo) (string, string) {
	if info != nil {
		if version == "" && info.Main.Version != "(devel)" {
			version = info.Main.Version
		}
		for _, setting := range info.Settings {
			if commit == "" && setting.Key == "vcs.revision" {
				commit = setting.Value
			}
		}
	}
	if version == "" {
		version = "dev"
	}
	if commit == "" {
		commit = "unknown commit"
	}
	return version, commit
}
