"""Making the videos: from a photo to stored films."""
