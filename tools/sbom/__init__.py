"""What lies in the build: its packages, against the locks, and as a bill of materials (CycloneDX)."""
