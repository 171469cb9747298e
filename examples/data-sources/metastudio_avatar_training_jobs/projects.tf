terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

provider "metastudio" {
  region = "cn-north-4"
}

variable "projects" {
  description = "IDs of the projects to query. The credential needs rights in each."
  type        = map(string)

  default = {
    main   = "0123456789abcdef0123456789abcdef"
    studio = "89abcdef0123456789abcdef01234567"
  }
}

data "metastudio_avatar_training_jobs" "by_project" {
  for_each = var.projects

  project_id = each.value
  state      = ["WAIT_USER_CONFIRM"]
}

output "waiting_by_project" {
  value = {
    for project, list in data.metastudio_avatar_training_jobs.by_project : project => list.jobs[*].name
  }
}
