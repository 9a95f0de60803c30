"""What several tests share, and what runs beside them: plugins, processes, pages, small courses."""
