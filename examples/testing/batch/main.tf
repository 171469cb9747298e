terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

variable "name" {
  description = "Name of the batch of training jobs."
  type        = string
}

data "metastudio_avatar_training_jobs" "this" {
  batch_name = var.name
}

output "jobs" {
  description = "The jobs of the batch."
  value       = data.metastudio_avatar_training_jobs.this.jobs
}
