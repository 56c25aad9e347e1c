"""These tests run the rig's own small template, in processes, over restarts and by commands."""

from tests.rig_cloud import chaos_kinds, execute, put, seen, template_path

__all__ = ["chaos_kinds", "execute", "put", "seen", "template_path"]
