"""Build-time tool that renders the demonstration photos in `samples/` with Blender's Python module."""
