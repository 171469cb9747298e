package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// resolveTLS reads the certificates for every connection: to MetaStudio, IAM, STS and proxies.
func (r *resolver) resolveTLS(s *providerSettings) {
	if text, ok := r.pem("cacert_file"); ok {
		authorities, err := x509.SystemCertPool()
		if err != nil {
			authorities = x509.NewCertPool() // the system has none
		}
		if !authorities.AppendCertsFromPEM(text) {
			r.fail(path.Root("cacert_file"), "Invalid certificate authority", "cacert_file holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----.")
		}
		s.authorities = authorities
	}

	for given, lacking := range map[string]string{"cert": "key", "key": "cert"} {
		if r.block[given] != "" && r.block[lacking] == "" {
			r.fail(path.Root(lacking), "Incomplete client certificate", "%s is set, but not %s that belongs to it. Set both, or leave both out to use no client certificate.", given, lacking)
			return
		}
	}
	cert, certRead := r.pem("cert")
	key, keyRead := r.pem("key")
	if !certRead || !keyRead {
		return
	}
	certificate, err := tls.X509KeyPair(cert, key)
	if err != nil {
		r.fail(path.Root("cert"), "Invalid client certificate", "cert and key do not make a client certificate: %s. Both must be in PEM form, the key not encrypted.", err)
		return
	}
	s.certificates = []tls.Certificate{certificate}
}

// pem returns what an argument holds, which is PEM text or the path of a file with it. ok is false
// if the argument is not set, or the file cannot be read. An error quotes no argument, which may be
// a key that somebody forgot the first line of.
func (r *resolver) pem(argument string) (text []byte, ok bool) {
	value := r.block[argument]
	if value == "" {
		return nil, false
	}
	if strings.Contains(value, "-----BEGIN ") {
		return []byte(value), true
	}
	at := path.Root(argument)
	name, err := r.host.expandHome(value)
	if err != nil {
		r.fail(at, "Unable to read "+argument, "The home directory is not known: %s. Set %s to the file's whole path.", err, argument)
		return nil, false
	}
	read, err := r.host.readFile(name)
	if err != nil {
		if failure, ok := errors.AsType[*fs.PathError](err); ok {
			err = failure.Err
		}
		r.fail(at, "Unable to read "+argument, "%s is neither a text in PEM form, which begins with -----BEGIN, nor the path of a file that can be read: %s.", argument, err)
		return nil, false
	}
	if argument == "key" {
		r.warnOfWriters(name, at, read)
	}
	return read.data, true
}
