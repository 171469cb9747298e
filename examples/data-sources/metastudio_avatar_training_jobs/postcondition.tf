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

variable "batch_name" {
  description = "Name of the batch that has to be finished before its avatars are released."
  type        = string
  default     = "spring-campaign"
}

locals {
  done = ["JOB_SUCCESS", "JOB_FINISH"]
}

# The plan, and with it the pipeline, fails until every job of the batch is done.
data "metastudio_avatar_training_jobs" "batch" {
  batch_name = var.batch_name

  lifecycle {
    postcondition {
      condition     = length(self.jobs) > 0
      error_message = "There are no jobs in the batch ${var.batch_name}."
    }

    postcondition {
      condition = alltrue([for job in self.jobs : contains(local.done, job.state)])
      error_message = format("Not all jobs of the batch %s are done: %s.", var.batch_name,
        join(", ", [for job in self.jobs : "${job.name} is in ${job.state}" if !contains(local.done, job.state)]),
      )
    }
  }
}

# What refers to the data source is created only if the conditions hold.
resource "terraform_data" "release" {
  input = {
    batch  = var.batch_name
    assets = data.metastudio_avatar_training_jobs.batch.jobs[*].asset_id
  }
}

output "released_assets" {
  value = terraform_data.release.output.assets
}
