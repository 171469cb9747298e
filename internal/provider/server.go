package provider

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
)

// NewServer returns the provider as Terraform is served it; version is the provider's own.
//
// The framework's server does all the work but one: jobs do not pass through the framework's
// values. Read and Open set their model, in which the jobs are null, and hand the jobs over encoded
// through the context, and the server puts them into the framework's answer. The framework would
// convert, copy,
// compare and walk each of a job's 22 values several times, at about 0.35 ms and 200 kB of garbage
// a job; encoding takes 0.003 ms, and a plan of 10,000 jobs a third of the time. Run `make bench`
// for the figures on a machine.
func NewServer(version string) (tfprotov6.ProviderServer, error) {
	return newServer(New(version))
}

func newServer(p provider.Provider) (tfprotov6.ProviderServer, error) {
	inner, err := providerserver.NewProtocol6WithError(p)()
	if err != nil {
		return nil, err
	}
	framework, ok := inner.(frameworkServer)
	if !ok {
		return nil, fmt.Errorf("the framework's server, a %T, has lost a part of the protocol", inner)
	}
	return &server{frameworkServer: framework}, nil
}

// frameworkServer is everything that the framework's server answers, so that embedding it hides
// nothing that plugin-go looks for.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// server passes every call through but the two that may bring jobs.
type server struct {
	frameworkServer
}

// delivery is where an encoded value waits for the server.
type delivery struct {
	attribute string
	value     []byte
}

type deliveryKey struct{}

// deliver hands the encoded value of an attribute to the server that answers the call to which ctx
// belongs. The answer of a call that fails does not get it.
func deliver(ctx context.Context, attribute string, value []byte, diags *diag.Diagnostics) {
	d, ok := ctx.Value(deliveryKey{}).(*delivery)
	if !ok {
		diags.AddError("Unable to answer with "+attribute,
			"The provider does not run within its own server. This is a defect of the provider; please report it.")
		return
	}
	d.attribute, d.value = attribute, value
}

// ReadDataSource implements tfprotov6.DataSourceServer.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	d := &delivery{}
	resp, err := s.frameworkServer.ReadDataSource(context.WithValue(ctx, deliveryKey{}, d), req)
	if err != nil || resp == nil {
		return resp, err
	}
	resp.State, resp.Diagnostics = d.into(resp.State, resp.Diagnostics)
	return resp, nil
}

// OpenEphemeralResource implements tfprotov6.EphemeralResourceServer.
func (s *server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	d := &delivery{}
	resp, err := s.frameworkServer.OpenEphemeralResource(context.WithValue(ctx, deliveryKey{}, d), req)
	if err != nil || resp == nil {
		return resp, err
	}
	resp.Result, resp.Diagnostics = d.into(resp.Result, resp.Diagnostics)
	return resp, nil
}

// into puts the delivered value into an answer. An answer with errors, or without a delivery, is
// not touched.
func (d *delivery) into(answer *tfprotov6.DynamicValue, diagnostics []*tfprotov6.Diagnostic) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
	if d.value == nil || answer == nil {
		return answer, diagnostics
	}
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			return answer, diagnostics
		}
	}
	whole, err := splice(answer.MsgPack, d.attribute, d.value)
	if err != nil {
		return answer, append(diagnostics, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError,
			Summary:  "Unable to answer with " + d.attribute,
			Detail:   "It was read, but could not be put into the answer to Terraform. This is a defect of the provider; please report it. " + err.Error(),
		})
	}
	return &tfprotov6.DynamicValue{MsgPack: whole}, diagnostics
}

// splice returns the encoded object with the value of one of its attributes, which is null,
// replaced by value.
func splice(object []byte, attribute string, value []byte) ([]byte, error) {
	reader := bytes.NewReader(object)
	decoder := msgpack.NewDecoder(reader)
	position := func() int { return len(object) - reader.Len() }

	attributes, err := decoder.DecodeMapLen()
	if err != nil {
		return nil, err
	}
	for range attributes {
		name, err := decoder.DecodeString()
		if err != nil {
			return nil, err
		}
		start := position()
		if err := decoder.Skip(); err != nil {
			return nil, err
		}
		if name != attribute {
			continue
		}
		if object[start] != msgpackNil {
			return nil, fmt.Errorf("%s has a value already", attribute)
		}
		whole := make([]byte, 0, len(object)-1+len(value))
		whole = append(whole, object[:start]...)
		whole = append(whole, value...)
		return append(whole, object[start+1:]...), nil
	}
	return nil, errors.New("the answer has no attribute " + attribute)
}

const msgpackNil = 0xc0
