package credentials

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"
)

// findProject returns the project that a target names. A token that was obtained for the name of a
// project comes with the project's ID. For a token from the configuration, IAM is asked for the
// project. For an access key, the projects of the account are searched.
func (s *Session) findProject(ctx context.Context, to target) (project, error) {
	c, err := s.provider.retrieve(ctx, to)
	if err != nil {
		return project{}, err
	}
	switch {
	case c.project.ID != "":
		return c.project, nil
	case !c.token.IsZero():
		return s.projectOfToken(ctx, c, to)
	default:
		return s.projectByName(ctx, c, to)
	}
}

// projectOfToken asks IAM for the project that a token from the configuration is scoped to.
func (s *Session) projectOfToken(ctx context.Context, c credential, to target) (project, error) {
	step := operation{
		op: "asking IAM for the project", source: c.source, target: to,
		refused: TokenRefused, unauthorized: TokenRefused,
	}
	client := iam.NewIamClient(sdkClient(ctx, s.iamEndpoint(to.region), s.authorizedClient(staticProvider{c})))
	reply, err := client.KeystoneValidateToken(&model.KeystoneValidateTokenRequest{
		XSubjectToken: c.token.Reveal(), Nocatalog: new("true"),
	})
	switch {
	case err != nil:
		return project{}, step.failed(sdkError(err))
	case reply.Token == nil:
		return project{}, step.failed(errUnexpectedReply)
	case reply.Token.Project == nil || reply.Token.Project.Id == "":
		return project{}, step.error(TokenOfAccount, errors.New("the token is good for an account, not for a project"))
	}

	found := project{ID: reply.Token.Project.Id, Name: reply.Token.Project.Name}
	if !s.wanted(found, to) {
		return project{}, step.error(TokenOfOtherProject,
			fmt.Errorf("the token is good for the project %s only, not for %s", c.show(found.Name), to.project.Name))
	}
	return found, nil
}

// wanted reports whether the project of the token is the one that a target asks for. In the
// session's region any project will do, unless the configuration names one. In another region the
// project has to be one of that region: its name is the region's, perhaps with a suffix.
func (s *Session) wanted(found project, to target) bool {
	if to.region == s.config.Region {
		return s.config.ProjectName == "" || s.config.ProjectName == found.Name
	}
	return found.Name == to.region || strings.HasPrefix(found.Name, to.region+"_")
}

// maxNamed is how many projects an error names.
const maxNamed = 10

// projectByName searches the projects of the account.
func (s *Session) projectByName(ctx context.Context, c credential, to target) (project, error) {
	name := to.project.Name
	step := operation{
		op: "looking for the project " + name + " in IAM", source: c.source, target: to,
		refused: ProjectsRefused, unauthorized: c.refusedKind(),
	}
	client := iam.NewIamClient(sdkClient(ctx, s.iamEndpoint(to.region), s.authorizedClient(s.provider)))
	reply, err := client.KeystoneListProjects(&model.KeystoneListProjectsRequest{Name: &name})
	switch {
	case err != nil:
		return project{}, step.failed(sdkError(err))
	case reply.Projects == nil:
		return project{}, step.failed(errUnexpectedReply)
	}

	found := *reply.Projects
	if slices.ContainsFunc(found, func(p model.ProjectResult) bool { return p.Id == "" }) {
		return project{}, step.failed(errUnexpectedReply)
	}
	switch len(found) {
	case 1:
		return project{ID: found[0].Id, Name: found[0].Name}, nil
	case 0:
		return project{}, step.error(ProjectNotFound, errors.New("the account has no project of this name"))
	default:
		var ids []string
		for _, p := range found[:min(len(found), maxNamed)] {
			ids = append(ids, c.show(p.Id))
		}
		if len(ids) < len(found) {
			ids = append(ids, "…")
		}
		return project{}, step.error(SeveralProjects,
			fmt.Errorf("the account has %d projects of this name: %s", len(found), strings.Join(ids, ", ")))
	}
}
