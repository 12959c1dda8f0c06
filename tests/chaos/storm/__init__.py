"""The storm: everything breaks at once while videos are made, and a judge looks at what is left."""
