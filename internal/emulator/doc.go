// Package emulator is a local HTTP service that behaves like Huawei Cloud's MetaStudio listing of
// avatar training jobs, together with what stands around it: the API gateway that authenticates and
// throttles, IAM, STS, the metadata service of an instance, and the object storage of the covers.
// Files are named by the service they emulate.
//
// It is written from the documentation of those services alone, shares no code with the client that
// is tested against it, and verifies signatures with an implementation of its own: a mistake on one
// side cannot hide behind the same mistake on the other. It is strict: what the service would
// refuse is refused here, with the documented status and body. Where the documentation is silent, a
// comment says "Ours", and no test should rely on it.
//
// A test starts a server, may change its jobs while a client reads them, may ask for faults, and
// can look at every request afterwards:
//
//	s, err := emulator.Start(emulator.WithJobCount(250))
//	if err != nil { … }
//	defer s.Close()
//	s.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusServiceUnavailable})
//	… point a client at s.URL, sign with emulator.AccessKey and emulator.SecretKey …
//	if got := len(s.RequestsOf(emulator.CallListing)); got != 4 { … }
//
// Options make the listing differ from the documented one in ways that services were seen to, such
// as WithReplicas, WithShuffledTies, WithPageNumbers or WithMaxCount, and set the gateway's limits,
// such as WithQuota. A Fault changes single replies, and may send what no service should:
// HostileReplies lists such faults by call. KnownErrors lists the codes that services answer with.
package emulator
