// Command precomputed is the provider with a stored answer. A plan with it takes as long as
// Terraform needs for the list, whatever the provider does. The file that BENCH_ANSWER names has
// the answer. If there is none, the provider reads the list and writes the file.
package main

import (
	"context"
	"errors"
	"io/fs"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/metastudio/terraform-provider-metastudio/internal/provider"
)

func main() {
	inner, err := provider.NewServer("bench")
	if err != nil {
		log.Fatal(err)
	}
	server := &server{ProviderServer: inner, answer: os.Getenv("BENCH_ANSWER")}
	err = tf6server.Serve("registry.terraform.io/metastudio/metastudio", func() tfprotov6.ProviderServer { return server })
	if err != nil {
		log.Fatal(err)
	}
}

// server answers ReadDataSource from the file and passes all other calls on.
type server struct {
	tfprotov6.ProviderServer

	answer string // the name of its file
}

// ReadDataSource implements tfprotov6.DataSourceServer.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	state, err := os.ReadFile(s.answer)
	if err == nil {
		return &tfprotov6.ReadDataSourceResponse{State: &tfprotov6.DynamicValue{MsgPack: state}}, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	resp, err := s.ProviderServer.ReadDataSource(ctx, req)
	if err != nil || len(resp.Diagnostics) > 0 {
		return resp, err
	}
	return resp, os.WriteFile(s.answer, resp.State.MsgPack, 0o600)
}
