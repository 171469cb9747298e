// Package emulator is a local HTTP service that behaves like the listing of avatar training jobs in
// Huawei Cloud's MetaStudio, with the services that a client needs besides: the API gateway that
// authenticates and throttles, IAM, STS, the metadata service of an instance, and the object
// storage of the covers. A file that emulates a service begins with the service's name:
// metastudio_, gateway_, iam_, sts_, instance_ or obs_. The other files are the server's own.
//
// It is written from the documentation of those services alone, shares no code with the client that
// is tested against it, and verifies signatures with an implementation of its own, so that the two
// do not share a mistake. It is strict: what the service would refuse is refused here, with the
// documented status and body. A comment with "Ours" marks a behavior that the documentation does
// not describe; no test should depend on it.
//
// A test starts a server. It may change the jobs while a client reads them, ask for faults, and
// look at every request afterwards:
//
//	s, err := emulator.Start(emulator.WithJobCount(250))
//	if err != nil { … }
//	defer s.Close()
//	s.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusServiceUnavailable})
//	… point a client at s.URL, sign with emulator.AccessKey and emulator.SecretKey …
//	if got := len(s.RequestsOf(emulator.CallListing)); got != 4 { … }
//
// Options such as WithReplicas, WithShuffledTies, WithPageNumbers or WithMaxCount make the listing
// differ from the documented one, and WithQuota sets a limit of the gateway. A Fault changes single
// replies. HostileReplies returns faults with replies that no service should send.
package emulator
