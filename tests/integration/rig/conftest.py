"""These tests run the rig's own small template."""

from tests.rig_cloud import chaos_kinds, execute, put, seen, template_path

__all__ = ["chaos_kinds", "execute", "put", "seen", "template_path"]
