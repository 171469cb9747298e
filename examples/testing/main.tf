# Says which avatars of a batch are ready. The folder tests shows how this is
# tested without an account: run "terraform test" here.

terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

variable "batch_name" {
  description = "Name of the batch of training jobs."
  type        = string
  default     = "spring-campaign"
}

# Only the tests use it.
variable "endpoint" {
  description = "Address of the emulator that the tests read from."
  type        = string
  default     = null
}

# A module of its own, so that a test can replace its outputs.
module "batch" {
  source = "./batch"

  name = var.batch_name
}

locals {
  done = ["JOB_SUCCESS", "JOB_FINISH"]
}

output "ready" {
  description = "The assets of the finished jobs, by job ID."
  value = {
    for job in module.batch.jobs : job.job_id => job.asset_id if contains(local.done, job.state)
  }

  precondition {
    condition     = length(module.batch.jobs) > 0
    error_message = "There are no jobs in the batch ${var.batch_name}."
  }
}

output "is_complete" {
  description = "Whether all jobs of the batch are finished."
  value       = alltrue([for job in module.batch.jobs : contains(local.done, job.state)])
}
